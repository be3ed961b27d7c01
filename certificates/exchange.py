"""Certificates of a member's own officers as a table, for the register of the member."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db.models import QuerySet
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
        _("Kind"),
        _("State"),
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
        award.get_kind_display(),
        _state(award),
    ]
    return row if settings.REQUIRE_REVIEW else [*row, _("SPECIMEN") if award.is_specimen else ""]


def _state(award: Award) -> str:
    is_expired = award.state == Award.State.VALID and award.is_expired
    return _("Expired") if is_expired else str(award.get_state_display())


def ledger_header() -> list[str]:
    """The headings of the ledger for who certifies: no names."""
    return [
        _("Member code"),
        _("Number or learner code"),
        _("Course code"),
        _("Course"),
        _("Certified on"),
        _("Valid until"),
        _("Kind"),
        _("State"),
        _("Specimen"),
    ]


def ledger_rows(rows: QuerySet[Award]) -> Iterator[list[object]]:
    """A row for each certificate that `ledger_awards` gives, read a few hundred at a time."""
    for award in rows.iterator(chunk_size=_AT_ONCE):
        yield [
            award.member.code if award.member else "",
            award.shown_as,  # type: ignore[attr-defined]
            award.snapshot["code"],
            award.snapshot["course"],
            award.issued_at.date().isoformat(),
            award.valid_until.isoformat(),
            award.get_kind_display(),
            _state(award),
            _("SPECIMEN") if award.is_specimen else "",
        ]
