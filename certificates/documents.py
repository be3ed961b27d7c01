"""From an award to the page that is printed."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from certificates.credentials.badge import BadgeText
from certificates.models import Award
from certificates.rendering import CertificateText, render_certificate
from learning.manifest import in_hours
from lms.calendars import day_text
from lms.language_names import language_info


def certificate_pdf(award: Award) -> bytes:
    """The certificate in the language it was taken in. The same award gives the same bytes."""
    with translation.override(award.language):
        return render_certificate(certificate_text(award))


def certificate_text(award: Award) -> CertificateText:
    """Every word of the page, in the active language."""
    return CertificateText(
        language=award.language,
        right_to_left=get_language_bidi(),
        heading=award.get_kind_display(),
        presented_to=_("This is to certify that"),
        name=award.holder_name,
        statement=_statement(award),
        course=award.snapshot["course"],
        edition=_("Edition %(edition)d, revision %(revision)d")
        % {"edition": award.edition, "revision": award.revision},
        facts=(
            (_("Issued on"), day_text(award.issued_at.date(), award.language)),
            (_("Valid until"), day_text(award.valid_until, award.language)),
            (_("Language taken"), language_info(award.language)["name_local"]),
            (_("Design hours"), in_hours(award.snapshot["design_minutes"])),
            *_standard(award),
            (_("Number"), award.number),
        ),
        issuer=_("Regional Support Office of the Bali Process"),
        verify_label=_("Check this certificate at"),
        verify_url=settings.PUBLIC_URL + reverse("certificates:verify_one", args=[award.number]),
        specimen=_("SPECIMEN") if award.is_specimen else "",
        specimen_note=_("The content of this course has not been reviewed yet; this certificate attests nothing.")
        if award.is_specimen
        else "",
        issued_at=award.issued_at,
    )


def badge_text(award: Award) -> BadgeText:
    """Every word of the badge, in the language of the award."""
    with translation.override(award.language):
        return BadgeText(
            language=award.language,
            right_to_left=get_language_bidi(),
            kind=award.get_kind_display(),
            course=award.snapshot["course"],
            edition=_("Edition %(edition)d, revision %(revision)d")
            % {"edition": award.edition, "revision": award.revision},
            issuer=_("Regional Support Office of the Bali Process"),
            specimen=_("SPECIMEN") if award.is_specimen else "",
        )


def _statement(award: Award) -> str:
    if award.kind == Award.Kind.PARTICIPATION:
        return _("has taken part in the course, without passing its final test")
    if award.kind == Award.Kind.TRAINER:
        return _("may teach the course, after a practice session and a peer review")
    if "refreshes" in award.snapshot:
        return _("has completed the course and passed the refresher of this edition")
    return _("has completed the course and passed its final test")


def _standard(award: Award) -> list[tuple[str, str]]:
    """By what it was earned: the pass standard, never the score; of a participation how many lessons."""
    if award.kind == Award.Kind.PARTICIPATION:
        lessons = award.snapshot["lessons"]
        return [(_("Lessons"), _("%(done)d of %(all)d") % {"done": lessons["done"], "all": lessons["all"]})]
    if award.kind == Award.Kind.TRAINER:
        return []
    percent = {"percent": award.snapshot["pass_mark"]}
    return [(_("Pass standard"), _("%(percent)d %% and all must-be-right questions") % percent)]
