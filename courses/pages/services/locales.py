"""Taking a language out of the workshop again: only one of which nothing is kept."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import audit
from assessments.models import Attempt, ItemWording
from courses.pages.models import SegmentTranslation, TranslationAssignment
from learning.models import ActivityProgress, ManifestEntry
from lms.language_names import language_name


@dataclass(frozen=True)
class Use:
    """One kind of thing that is in a language, and how many of them."""

    label: str
    count: int


class LocaleInUse(Exception):
    """A language in which something is kept is to be deleted; nothing was changed. `uses` says what."""

    def __init__(self, locale: Locale, uses: list[Use]) -> None:
        self.uses = uses
        super().__init__(
            _(
                "%(language)s cannot be deleted, and nothing was changed: courses, translations or records of officers "
                "are in it. To offer it no longer, whoever runs the site takes it out of LANGUAGES; everything that is "
                "kept in it stays."
            )
            % {"language": language_name(locale.language_code)}
        )


def uses_of(locale: Locale) -> list[Use]:
    """What is kept in a language. Only numbers."""
    code = locale.language_code
    found = [
        (_("Pages"), Page.objects.filter(locale=locale).exclude(depth=1)),
        (_("Texts of translators"), StringTranslation.objects.filter(locale=locale)),
        (_("Texts of translators"), SegmentTranslation.objects.filter(language=code)),
        (_("Tasks of translating"), TranslationAssignment.objects.filter(language=code)),
        (_("Texts of questions"), ItemWording.objects.filter(language=code)),
        (_("Published texts"), ManifestEntry.objects.filter(language=code)),
        (_("Tests that officers took"), Attempt.objects.filter(language=code)),
        (_("Lessons that officers read"), ActivityProgress.objects.filter(language=code)),
    ]
    counts: dict[str, int] = {}
    for label, rows in found:
        if count := rows.count():
            counts[label] = counts.get(label, 0) + count
    return [Use(label, count) for label, count in counts.items()]


def require_unused(locale: Locale) -> None:
    """Stop the deletion of a language in which something is kept, whichever way it is deleted.

    Raises:
        LocaleInUse: something is.
    """
    uses = uses_of(locale)
    if uses:
        raise LocaleInUse(locale, uses)


@transaction.atomic
def delete_locale(*, by: User, locale: Locale) -> None:
    """Delete a language in which nothing is kept.

    Raises:
        accounts.permissions.Refused: the person does not run the site.
        LocaleInUse: something is kept in it.
    """
    if not has_right(by, Right.MANAGE_SITE):
        raise Refused(_("Your role does not include this part of the authors’ side."))
    locale = Locale.all_objects.select_for_update().get(pk=locale.pk)
    require_unused(locale)
    code = locale.language_code
    locale.delete()
    audit(by=by, action="language.deleted", target=f"language:{code}", details={"language": code})
