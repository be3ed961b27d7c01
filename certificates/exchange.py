"""Certificates of a member's own officers as a table, for the register of the member."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from certificates.models import Award

_AT_ONCE = 500


def register_header() -> list[str]:
    """The headings of the register. No scores: they are training data and the officer's own."""
    header = [
        _("Name"),
        _("Name in Latin letters"),
        _("Learner code"),
        _("Agency"),
        _("Course code"),
        _("Course"),
        _("Certified on"),
        _("Valid until"),
        _("Number"),
        _("Language"),
        _("Edition"),
        _("Hours"),
    ]
    # A site that shows drafts issues specimens, and a register has to tell them from certificates.
    return header if settings.REQUIRE_REVIEW else [*header, _("Specimen")]


def register_rows(awards: Sequence[int]) -> Iterator[list[object]]:
    """A row for each of these awards (primary keys, in their order), read a few hundred at a time."""
    for start in range(0, len(awards), _AT_ONCE):
        part = awards[start : start + _AT_ONCE]
        rows = Award.objects.select_related("actor__user", "enrolment__agency").in_bulk(part)
        for pk in part:
            award = rows.get(pk)
            # Erased or restricted while the file was made: not in it.
            if award is None or award.actor.user is None or award.actor.user.is_restricted:
                continue
            yield _register_row(award)


def _register_row(award: Award) -> list[object]:
    user = award.actor.user
    assert user is not None
    row = [
        user.full_name,
        user.latin_name,
        user.learner_code,
        (award.enrolment and award.enrolment.agency) or "",
        award.snapshot["code"],
        award.snapshot["course"],
        award.issued_at.date().isoformat(),
        award.valid_until.isoformat(),
        award.number,
        award.language,
        f"{award.edition}.{award.revision}",
        f"{award.snapshot['design_minutes'] / 60:.1f}",
    ]
    return row if settings.REQUIRE_REVIEW else [*row, _("SPECIMEN") if award.is_specimen else ""]
