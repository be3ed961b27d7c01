"""Awards of before there were states are put in order once, and a second time changes nothing."""

import datetime as dt
import importlib

from django.apps import apps
from django.db import connection

from certificates.models import Award, AwardChange
from tests.factories import complete

move = importlib.import_module("certificates.migrations.0010_states_of_before")


def test_of_a_number_the_newest_period_alone_stays_in_force_and_a_revocation_gets_its_row(cast, course):
    old, other = (Award.objects.get(enrolment=complete(who, course.course)) for who in (cast.officer, cast.colleague))
    fields = {name: getattr(old, name) for name in ("number", "actor", "course", "member", "holder_name", "edition")}
    fields |= {name: getattr(old, name) for name in ("revision", "language", "content", "is_specimen", "snapshot")}
    new = Award.objects.create(
        **fields, issued_at=old.issued_at + dt.timedelta(days=1), valid_until=old.valid_until + dt.timedelta(days=1)
    )
    Award.objects.filter(pk=other.pk).update(state="revoked")
    for _again in range(2):
        move.forwards(apps, connection.schema_editor())
        assert list(AwardChange.objects.order_by("award").values_list("award", "kind")) == [
            (old.pk, "superseded"),
            (other.pk, "revoked"),
        ]
    assert dict(Award.objects.values_list("pk", "state")) == {
        old.pk: "superseded",
        other.pk: "revoked",
        new.pk: "valid",
    }
