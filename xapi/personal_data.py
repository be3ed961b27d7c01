import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, keeps
from xapi.models import Statement
from xapi.services import drop_responses
from xapi.withheld import readable_statements

holds(
    Statement,
    person="actor__user",
    rows=readable_statements,
    title=_("Your learning record"),
    beside=("occurred_at", "received_at", "source", "verb"),
    labels={
        "occurred_at": _("when"),
        "received_at": _("received"),
        "source": _("said by"),
        "verb": _("what"),
        "statement": _("what was recorded"),
    },
    fields={"statement": _("what was done, answered and achieved, under a random key")},
    keep=_("24 months with the answers, then results only"),
    erasure="unlink",
    kept_because=_("The record only grows. Without the link nobody can say whose it is."),
)


def _old_responses(limit: dt.datetime) -> QuerySet[Statement]:
    return Statement.objects.filter(received_at__lt=limit, statement__result__has_key="response")


keeps(
    name="answers-in-the-record",
    model=Statement,
    title=_("Answers in the learning record"),
    does="drop",
    months=24,
    due=_old_responses,
    act=drop_responses,
    since="received_at",
)
