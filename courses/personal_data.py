from django.utils.translation import gettext_lazy as _

from accounts.personal_data import holds, holds_none
from courses.models import (
    CourseIndexPage,
    CoursePage,
    FrozenPicture,
    LastImport,
    LessonPage,
    MediaFile,
    ModulePage,
    Picture,
    PictureRendition,
    TranslationBasis,
    WaitingPage,
)

holds_none(
    CourseIndexPage,
    CoursePage,
    ModulePage,
    LessonPage,
    TranslationBasis,
    WaitingPage,
    PictureRendition,
    FrozenPicture,
    LastImport,
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
