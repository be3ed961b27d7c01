from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, holds_none
from courses.models import (
    CourseFile,
    CourseIndexPage,
    CoursePage,
    DoNoHarmTask,
    FrozenPicture,
    LastImport,
    LessonPage,
    MeaningKept,
    MediaFile,
    ModulePage,
    Picture,
    PictureRendition,
    ReviewedIn,
    ReviewedText,
    ReviewNote,
    SegmentTranslation,
    SignOff,
    Term,
    TermWording,
    TranslationAssignment,
    TranslationBasis,
    TranslationFile,
    WaitingPage,
)

holds_none(
    CourseIndexPage,
    CoursePage,
    ModulePage,
    LessonPage,
    TranslationBasis,
    WaitingPage,
    LastImport,
    PictureRendition,
    FrozenPicture,
    DoNoHarmTask,
    ReviewedText,
    ReviewedIn,
    Term,
)
_STAYS = _("A signature is never changed. It names a key and a role only.")
holds(
    SignOff,
    person="actor__user",
    title=_("What you signed in reviews"),
    beside=("course", "unit", "language", "number", "signed_at"),
    labels={
        "course": _("course"),
        "unit": _("module"),
        "language": _("language"),
        "number": _("check"),
        "signed_at": _("when"),
        "verdict": _("verdict"),
        "role": _("role"),
        "comment": _("comment"),
        "review_due_on": _("next review"),
    },
    fields=dict.fromkeys(
        ("verdict", "role", "comment", "review_due_on"), _("to show who answers for what officers read")
    ),
    keep=_("as long as the edition"),
    erasure="unlink",
    kept_because=_STAYS,
)
holds(
    ReviewNote,
    person="sign_off__actor__user",
    title=_("What you wrote on texts in reviews"),
    beside=("place",),
    labels={"place": _("place"), "text": _("text")},
    fields={"text": _("so that authors know what to change")},
    keep=_("as long as the signature"),
    erasure="unlink",
    kept_because=_STAYS,
)
for _model, _title in ((Picture, _("Pictures that you uploaded")), (MediaFile, _("Files that you uploaded"))):
    holds(
        _model,
        person="uploaded_by_user",
        title=_title,
        beside=("title", "created_at"),
        labels={"title": _("title"), "created_at": _("when"), "uploaded_by_user": _("by")},
        fields={"uploaded_by_user": _("whom to ask about it")},
        keep=_("until an author deletes it"),
        erasure="unlink",
        kept_because=_("Lessons use it."),
    )
holds(
    CourseFile,
    person="made_by",
    title=_("Course files that you uploaded"),
    beside=("name", "kind", "state", "made_at"),
    labels={
        "name": _("file"),
        "kind": _("kind"),
        "state": _("state"),
        "made_at": _("when"),
        "made_by": _("by"),
    },
    fields={"made_by": _("whose decision it waits for")},
    keep=_("a month; the file itself until it is applied, a day at most"),
    erasure="delete",
)
holds(
    SegmentTranslation,
    person="actor__user",
    title=_("What you translated"),
    beside=("course", "language", "place", "edited_at"),
    labels={
        "course": _("course"),
        "language": _("language"),
        "place": _("place"),
        "edited_at": _("when"),
        "actor": _("by"),
    },
    fields={"actor": _("whom to ask about it, and so that nobody signs the own text")},
    keep=_("as long as the course"),
    erasure="unlink",
    kept_because=_("The words belong to the course. It names a key only."),
)
holds(
    TranslationFile,
    person="made_by",
    title=_("Translation files that you brought in"),
    beside=("name", "course", "language", "made_at", "applied_at"),
    labels={
        "name": _("file"),
        "course": _("course"),
        "language": _("language"),
        "made_at": _("when"),
        "applied_at": _("applied"),
        "made_by": _("by"),
    },
    fields={"made_by": _("whose decision it waits for")},
    keep=_("a month; what the file says until it is applied, a week at most"),
    erasure="delete",
)
holds(
    TranslationAssignment,
    person="translator",
    title=_("What you were asked to translate"),
    beside=("course", "unit", "language", "due_on", "ended_at"),
    labels={
        "course": _("course"),
        "unit": _("module"),
        "language": _("language"),
        "due_on": _("due"),
        "ended_at": _("ended"),
        "assigned_at": _("when"),
        "note": _("note"),
        "told_at": _("told"),
        "ended_as": _("ended as"),
        "ended_because": _("reason"),
    },
    fields=dict.fromkeys(
        ("assigned_at", "note", "told_at", "ended_as", "ended_because"), _("so that the work is done in time")
    ),
    keep=_("as long as the course"),
    erasure="delete",
)
holds(
    MeaningKept,
    person="actor__user",
    title=_("Corrections of which you said that they keep the meaning"),
    beside=("course", "place", "declared_at"),
    labels={"course": _("course"), "place": _("text"), "declared_at": _("when"), "actor": _("by")},
    fields={"actor": _("who answers for a correction")},
    keep=_("as long as the course"),
    erasure="unlink",
    kept_because=_("They belong to the course. It names a key only."),
)
holds(
    TermWording,
    person="changed_by__user",
    rows=lambda user: TermWording.objects.filter(Q(changed_by__user=user) | Q(decided_by__user=user)).order_by("pk"),
    title=_("Terms that you proposed or decided on"),
    beside=("term", "language", "status"),
    labels={
        "term": _("term"),
        "language": _("language"),
        "status": _("state"),
        "changed_at": _("changed"),
        "decided_at": _("decided"),
    },
    fields={
        "changed_at": _("so that somebody else decides on it"),
        "decided_at": _("who answers for a term"),
    },
    keep=_("until somebody changes it or decides anew"),
    erasure="unlink",
    kept_because=_("The terms belong to the courses. It names a key only."),
)
