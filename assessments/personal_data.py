import datetime as dt
import uuid
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, holds_none, keeps
from assessments.models import (
    Appeal,
    Attempt,
    Bank,
    Category,
    Correction,
    CorrectionRun,
    EditionItem,
    EffectAnswer,
    EffectAsked,
    Essay,
    EssayScore,
    Exam,
    ExtraTime,
    Item,
    ItemTag,
    ItemVersion,
    ItemWording,
    Mark,
    MarkRelease,
    QuestionFile,
    Quiz,
    RecordDue,
    Regrade,
    Reopening,
    Response,
    SittingShare,
    StrayAnswer,
    TestAnalysis,
    Ticket,
)
from assessments.paper.own_data import declare
from assessments.seeing import levels_of
from assessments.seeing.feedback import Level
from xapi.withheld import withholds_results

_NOBODYS = _("Counted to see how good the questions are; without the link nobody can say whose they are.")

_KEY_ONLY = _("It is part of the record, and names a key only.")

holds_none(Bank, Category, Item, ItemTag, ItemWording, EditionItem, Quiz, RecordDue, Essay, TestAnalysis, EffectAnswer)
holds(
    ItemVersion,
    person="created_by__user",
    title=_("Questions you wrote"),
    beside=("item__key", "number", "created_at", "note"),
    labels={
        "item__key": _("question"),
        "number": _("version"),
        "created_at": _("when"),
        "created_by": _("by"),
        "note": _("note"),
    },
    fields={"created_by": _("who answers for a question")},
    keep=_("as long as the question"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    QuestionFile,
    person="made_by",
    title=_("Files of questions that you sent in"),
    beside=("changed_at", "state"),
    labels={"changed_at": _("last changed"), "state": _("state"), "made_by": _("by")},
    fields={"made_by": _("whose file it is")},
    keep=_("until it is imported, a day at most"),
    erasure="delete",
)
holds(
    Attempt,
    person="enrolment__actor__user",
    title=_("Your tests"),
    beside=("enrolment__course", "activity__key", "started_at", "submitted_at", "total"),
    labels={
        "enrolment__course": _("course"),
        "activity__key": _("test"),
        "started_at": _("begun"),
        "submitted_at": _("handed in"),
        "right": _("right"),
        "total": _("asked"),
        "passed": _("passed"),
    },
    fields={
        "right": _("the result of a test: training data, never given to superiors"),
        "passed": _("decides about the certificate"),
    },
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _closed_papers(user: Any) -> set[int]:
    """The papers of a person of which nothing may be seen now but the result."""
    attempts = Attempt.objects.filter(enrolment__actor__user=user, submitted_at__isnull=False).select_related(
        "enrolment__actor", "enrolment__refresher", "activity", "revision", "exam"
    )
    return {pk for pk, level in levels_of(list(attempts)).items() if level == Level.NOTHING}


def _readable_answers(user: Any) -> QuerySet[Response] | list[Response]:
    """A person's answers as that person may read them now: right or wrong only where the result page says it."""
    rows = (
        Response.objects.filter(attempt__enrolment__actor__user=user)
        .select_related("attempt__enrolment__course", "attempt__activity")
        .order_by("pk")
    )
    hidden = _closed_papers(user)
    if not hidden:
        return rows
    found = list(rows)
    for row in found:
        if row.attempt_id in hidden:
            row.is_right = None
    return found


@withholds_results
def _closed_statements(user: Any) -> list[uuid.UUID]:
    """The statements of those answers: their ids follow from the paper (`services.attempts`)."""
    hidden = _closed_papers(user)
    rows = Response.objects.filter(attempt__in=hidden).values_list("attempt__uuid", "position") if hidden else ()
    return [uuid.uuid5(attempt, f"answer {position}") for attempt, position in rows]


holds(
    Response,
    person="attempt__enrolment__actor__user",
    rows=_readable_answers,
    title=_("Your answers in tests"),
    # No text of a question and no key: an answer is the ids that were chosen, right or not as the result page says.
    beside=("attempt__enrolment__course", "attempt__activity__key", "position", "answered_at", "language"),
    labels={
        "attempt__enrolment__course": _("course"),
        "attempt__activity__key": _("test"),
        "position": _("question"),
        "answered_at": _("answered"),
        "language": _("language"),
        "answer": _("what you chose"),
        "is_right": _("right"),
    },
    fields={
        "answer": _("needed to grade, to explain and to hear an appeal"),
        "is_right": _("part of the result"),
    },
    keep=_("24 months, then only which questions were right"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _old_answers(limit: dt.datetime) -> QuerySet[Response]:
    """Of tests handed in before the limit, and of those that were left open for as long."""
    old = Q(attempt__submitted_at__lt=limit) | Q(attempt__submitted_at=None, answered_at__lt=limit)
    return Response.objects.filter(old, answer__isnull=False)


def _drop_answers(*, rows: QuerySet[Response]) -> int:
    """The answer goes; that there was one, and whether it was right, stays. An open test is as if not answered."""
    handed_in = rows.filter(attempt__submitted_at__isnull=False).update(answer=None)
    return handed_in + rows.filter(attempt__submitted_at=None).update(
        answer=None, answered_at=None, edits=F("edits") + 1
    )


keeps(
    name="answers",
    model=Response,
    title=_("Answers in tests"),
    does="drop",
    months=24,
    due=_old_answers,
    act=_drop_answers,
    since="answered_at",
)

holds(
    StrayAnswer,
    person="response__attempt__enrolment__actor__user",
    title=_("Answers of yours that did not count"),
    beside=("response__attempt__enrolment__course", "response__position", "received_at", "why"),
    labels={
        "response__attempt__enrolment__course": _("course"),
        "response__position": _("question"),
        "received_at": _("received"),
        "why": _("why"),
        "answer": _("what you chose"),
        "device": _("device"),
        "sequence": _("number on that device"),
        "chosen_at": _("chosen, by your device"),
    },
    fields={
        "answer": _("so that nothing you did is lost"),
        "device": _("a random number, to put answers in order"),
        "sequence": _("to put answers in order"),
        "chosen_at": _("to hear an appeal"),
    },
    keep=_("24 months"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _old_strays(limit: dt.datetime) -> QuerySet[StrayAnswer]:
    return StrayAnswer.objects.filter(received_at__lt=limit)


keeps(
    name="stray-answers",
    model=StrayAnswer,
    title=_("Answers that did not count"),
    does="delete",
    months=24,
    due=_old_strays,
    since="received_at",
)
holds(
    Regrade,
    person="attempt__enrolment__actor__user",
    title=_("Results of yours after a correction"),
    beside=("attempt__enrolment__course", "attempt__activity__key", "regraded_at", "total"),
    labels={
        "attempt__enrolment__course": _("course"),
        "attempt__activity__key": _("test"),
        "regraded_at": _("when"),
        "right": _("right"),
        "total": _("asked"),
        "passed": _("passed"),
    },
    fields={"right": _("the result of a test"), "passed": _("decides about the certificate")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Correction,
    person="decided_by__user",
    title=_("Corrections of questions that you decided"),
    beside=("version__item__key", "decided_at", "kind", "reason"),
    labels={
        "version__item__key": _("question"),
        "decided_at": _("when"),
        "kind": _("what"),
        "reason": _("reason"),
        "decided_by": _("by"),
    },
    fields={"decided_by": _("who answers for a correction")},
    keep=_("as long as the question"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    CorrectionRun,
    person="drawn_up_by__user",
    title=_("Corrections of questions that you drew up"),
    beside=("version__item__key", "drawn_up_at", "kind", "reason"),
    labels={
        "version__item__key": _("question"),
        "drawn_up_at": _("when"),
        "kind": _("what"),
        "reason": _("reason"),
        "drawn_up_by": _("by"),
    },
    fields={"drawn_up_by": _("who answers for a correction")},
    keep=_("a week; once it is applied as long as the question"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    Appeal,
    person="response__attempt__enrolment__actor__user",
    title=_("Appeals of yours"),
    beside=("response__attempt__enrolment__course", "response__position", "made_at", "state", "reply"),
    labels={
        "response__attempt__enrolment__course": _("course"),
        "response__position": _("question"),
        "made_at": _("when"),
        "state": _("state"),
        "reply": _("answer"),
        "text": _("what you wrote"),
    },
    fields={"text": _("to hear the appeal")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    ExtraTime,
    person="actor__user",
    title=_("Extra time of yours in tests"),
    beside=("given_at", "ended_at"),
    labels={"given_at": _("from"), "ended_at": _("until"), "percent": _("more time, in percent")},
    fields={"percent": _("to give you the time")},
    keep=_("as the account"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Reopening,
    person="enrolment__actor__user",
    title=_("Tests opened again for you"),
    beside=("enrolment__course", "activity__key", "reopened_at"),
    labels={
        "enrolment__course": _("course"),
        "activity__key": _("test"),
        "reopened_at": _("when"),
        "reason": _("reason"),
    },
    fields={"reason": _("so that it can be seen why")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Ticket,
    person="enrolment__actor__user",
    title=_("Exams you were admitted to"),
    beside=("exam__title", "exam__opens_at"),
    labels={"exam__title": _("exam"), "exam__opens_at": _("opens"), "used_at": _("used")},
    fields={"used_at": _("so that a ticket is good once")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Exam,
    person="arranged_by__user",
    title=_("Exams you arranged"),
    beside=("title", "opens_at", "closes_at"),
    labels={"title": _("title"), "opens_at": _("opens"), "closes_at": _("closes"), "arranged_by": _("by")},
    fields={"arranged_by": _("who answers for it")},
    keep=_("as the class"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    SittingShare,
    person="attempt__enrolment__actor__user",
    title=_("Papers you let your trainer see"),
    beside=("attempt__enrolment__course", "attempt__activity__key"),
    labels={
        "attempt__enrolment__course": _("course"),
        "attempt__activity__key": _("test"),
        "shared_at": _("from"),
        "ended_at": _("until"),
    },
    fields={"shared_at": _("your own wish"), "ended_at": _("your own wish")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _readable_scores(user: Any) -> QuerySet[EssayScore]:
    """What a person's essays were given, where the result page says it."""
    rows = EssayScore.objects.filter(essay__response__attempt__enrolment__actor__user=user)
    return rows.exclude(essay__response__attempt__in=_closed_papers(user)).order_by("pk")


holds(
    EssayScore,
    person="essay__response__attempt__enrolment__actor__user",
    rows=_readable_scores,
    title=_("Marks of your essays"),
    beside=("essay__response__attempt__enrolment__course", "essay__response__position", "given"),
    labels={
        "essay__response__attempt__enrolment__course": _("course"),
        "essay__response__position": _("question"),
        "given": _("points"),
        "score": _("share of what can be reached"),
        "comments": _("what markers wrote to you"),
    },
    fields={"score": _("the result of a test"), "comments": _("so that you learn from it")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Mark,
    person="marker__user",
    title=_("Essays that you marked"),
    beside=("essay__activity__key", "taken_at", "marked_at", "given", "comment"),
    labels={
        "essay__activity__key": _("test"),
        "taken_at": _("taken"),
        "marked_at": _("when"),
        "given": _("points"),
        "comment": _("comment for the officer"),
        "marker": _("by"),
    },
    fields={"marker": _("who answers for a mark")},
    keep=_("as long as the question"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    MarkRelease,
    person="released_by__user",
    title=_("Marks that you released"),
    beside=("activity__key", "released_at", "papers"),
    labels={
        "activity__key": _("test"),
        "released_at": _("when"),
        "papers": _("papers"),
        "released_by": _("by"),
    },
    fields={"released_by": _("who answers for a release")},
    keep=_("as long as the question"),
    erasure="unlink",
    kept_because=_KEY_ONLY,
)
holds(
    EffectAsked,
    person="enrolment__actor__user",
    title=_("Short forms about courses that you were offered"),
    # Whether it was answered, never what: an answer leads to nobody.
    beside=("enrolment__course", "kind", "invited_at", "told_at", "reminded_at"),
    labels={
        "enrolment__course": _("course"),
        "kind": _("form"),
        "invited_at": _("from"),
        "told_at": _("letter"),
        "reminded_at": _("second letter"),
        "state": _("state"),
    },
    fields={"state": _("so that you are not asked twice")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)


def _old_texts(limit: dt.datetime) -> QuerySet[EffectAnswer]:
    return EffectAnswer.objects.filter(month_at__lt=limit).exclude(text="")


def _drop_texts(*, rows: QuerySet[EffectAnswer]) -> int:
    return rows.update(text="")


keeps(
    name="effect-texts",
    model=EffectAnswer,
    title=_("What officers wrote about a course"),
    does="drop",
    months=24,
    due=_old_texts,
    act=_drop_texts,
    since="month_at",
)
declare(kept_because=_NOBODYS)
