from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, holds_none
from learning.models import (
    Activity,
    ActivityProgress,
    AnnexNotice,
    AnnexText,
    Class,
    ClassTrainer,
    ContentReport,
    Course,
    CourseProgress,
    Delta,
    Edition,
    EditionMove,
    EditionRevision,
    Enrolment,
    FrozenContent,
    FrozenFile,
    FrozenFileUse,
    LanguageRules,
    ManifestEntry,
    Nomination,
    Refresher,
    Seats,
    Trial,
    TrialEntry,
)

_NOBODYS = _("Counted in statistics; without the link nobody can say whose it is.")

holds_none(Course, Activity, Edition, Delta, FrozenContent, FrozenFile, FrozenFileUse, ManifestEntry, Class, Seats)
holds_none(AnnexNotice, TrialEntry, LanguageRules)
holds(
    EditionRevision,
    person="published_by__user",
    title=_("What you published"),
    beside=("edition__course", "edition__number", "number", "published_at", "note"),
    labels={
        "edition__course": _("course"),
        "edition__number": _("edition"),
        "number": _("revision"),
        "published_at": _("when"),
        "published_by": _("by"),
        "note": _("note"),
    },
    fields={"published_by": _("who answers for a publication")},
    keep=_("as long as the edition"),
    erasure="unlink",
    kept_because=_("An edition is never changed. It names a key only."),
)
holds(
    Enrolment,
    person="actor__user",
    title=_("Your courses"),
    beside=("enrolled_at", "ended_at"),
    labels={
        "course": _("course"),
        "klass": _("class"),
        "member": _("member"),
        "agency": _("agency"),
        "enrolled_at": _("enrolled"),
        "ended_at": _("ended"),
    },
    fields={
        "course": _("what you learn"),
        "klass": _("with whom you learn"),
        "member": _("whose officer you were"),
        "agency": _("of which service"),
    },
    keep=_("as long as the account, and at least as long as a certificate that came of it"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    ClassTrainer,
    person="actor__user",
    title=_("Classes that you teach"),
    beside=("starts_on", "ends_on"),
    labels={"klass": _("class"), "starts_on": _("from"), "ends_on": _("until")},
    fields={"klass": _("for those who sit in it")},
    keep=_("as the enrolments of the class"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    ContentReport,
    person="actor__user",
    title=_("What you reported"),
    beside=("activity__course", "activity__key", "kind", "reported_at"),
    labels={
        "activity__course": _("course"),
        "activity__key": _("part"),
        "kind": _("what"),
        "reported_at": _("when"),
        "note": _("note"),
        "answer": _("answer"),
    },
    fields={"note": _("what you found, in your words"), "answer": _("what you were answered")},
    keep=_("as long as the course"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Nomination,
    person="person__user",
    title=_("Your nominations"),
    beside=("state",),
    labels={
        "course": _("course"),
        "member": _("member"),
        "agency": _("agency"),
        "reason": _("reason"),
        "state": _("state"),
    },
    fields={
        "course": _("for what you were nominated"),
        "member": _("whose officer you were"),
        "agency": _("of which service"),
        "reason": _("why it was returned, for the coordinator"),
    },
    keep=_("as the enrolment that came of it"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    ActivityProgress,
    person="enrolment__actor__user",
    title=_("How far you are"),
    beside=("enrolment__course", "activity__key", "started_at"),
    labels={
        "enrolment__course": _("course"),
        "activity__key": _("part"),
        "started_at": _("begun"),
        "completed_at": _("done"),
        "score": _("score"),
        "passed": _("passed"),
    },
    fields={
        "completed_at": _("how far you are"),
        "passed": _("whether a test was passed"),
        "score": _("training data, never given to superiors"),
    },
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    CourseProgress,
    person="enrolment__actor__user",
    title=_("Courses that you completed"),
    beside=("enrolment__course", "last_at"),
    labels={"enrolment__course": _("course"), "last_at": _("last there"), "completed_at": _("done")},
    fields={"completed_at": _("whether the course is done")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    Refresher,
    person="enrolment__actor__user",
    title=_("Your refreshers"),
    beside=("enrolment__course",),
    labels={"enrolment__course": _("course"), "since": _("since edition")},
    fields={"since": _("which edition you completed before")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    EditionMove,
    person="enrolment__actor__user",
    title=_("Your moves to a newer edition"),
    beside=("enrolment__course", "from_edition__number", "to_edition__number"),
    labels={
        "enrolment__course": _("course"),
        "from_edition__number": _("from edition"),
        "to_edition__number": _("to edition"),
        "moved_at": _("when"),
    },
    fields={"moved_at": _("which edition you learn in")},
    keep=_("as the enrolment"),
    erasure="unlink",
    kept_because=_NOBODYS,
)
holds(
    AnnexText,
    person="written_by__user",
    title=_("What you wrote in the national annex"),
    beside=("course", "language", "written_at", "state"),
    labels={
        "course": _("course"),
        "language": _("language"),
        "written_at": _("when"),
        "state": _("state"),
        "text": _("text"),
        "contacts": _("contacts"),
        "comment": _("comment"),
    },
    fields={
        "text": _("what officers of your member read"),
        "contacts": _("whom officers of your member call: services, not persons"),
        "comment": _("why it was returned, for the coordinators of your member"),
    },
    keep=_("as long as the course, to show what officers read on a day"),
    erasure="unlink",
    kept_because=_("It is the member's text. It names a key only."),
)
holds(
    Trial,
    person="made_by__user",
    title=_("Courses that you try before they are published"),
    beside=("course", "built_at"),
    labels={"course": _("course"), "built_at": _("built"), "made_by": _("by")},
    fields={"made_by": _("whose drafts are shown")},
    keep=_("a day after it was last built"),
    erasure="delete",
)
