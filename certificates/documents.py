"""From an award to the page that is printed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from certificates.credentials.badge import BadgeText
from certificates.models import Award
from certificates.rendering import CertificateText, Logo, Picture, Rendered, Signature, render
from certificates.selectors import verify_address
from certificates.selectors.page import pictures
from certificates.services import note_missing
from certificates.wording import SOURCE, Wording, wording_for
from learning.manifest import in_hours
from lms.calendars import day_text
from lms.language_names import language_info


def certificate_pdf(award: Award, *, layout: str = "landscape", with_english: bool = False) -> bytes:
    """The certificate in the language it was taken in. The same award gives the same bytes.

    A character that no font has is printed as a square, and noted for the RSO.

    Arguments:
        layout: one of `certificates.rendering.LAYOUTS`.
        with_english: with everything in English beside it.
    """
    rendered: Rendered = render(certificate_text(award, layout=layout, with_english=with_english))
    note_missing(award=award, characters=rendered.missing)
    return rendered.pdf


def certificate_text(award: Award, *, layout: str = "landscape", with_english: bool = False) -> CertificateText:
    """Every word and picture of the page. Arguments as of `certificate_pdf`."""
    page = award.snapshot.get("page", {})
    wanted = [each["picture"] for each in (*page.get("signatories", ()), *page.get("logos", ())) if each["picture"]]
    return text_of(
        award, address=verify_address(award), found=pictures(wanted), layout=layout, with_english=with_english
    )


def text_of(
    award: Award, *, address: str, found: Mapping[str, Picture], layout: str = "landscape", with_english: bool = False
) -> CertificateText:
    """The same without the database: what the code holds and the pictures by their digests are given."""
    wording = wording_for(award.language)
    page: dict[str, Any] = award.snapshot.get("page", {})
    is_second = with_english and wording.language != SOURCE
    return CertificateText(
        **_words(award, wording),
        language=wording.language,
        right_to_left=language_info(wording.language)["bidi"],
        name=award.holder_name,
        verify_url=_printed_address(award),
        qr_url=address,
        remark="" if award.language.startswith(wording.language) else wording["english_only"],
        issued_at=award.issued_at,
        layout=layout,
        english=_in_english(award) if is_second else None,
        signatories=tuple(_signature(each, found) for each in page.get("signatories", ())),
        logos=tuple(Logo(each["name"], found[each["picture"]]) for each in page.get("logos", ())),
        template=page.get("template", 1),
    )


def _printed_address(award: Award) -> str:
    return str(settings.PUBLIC_URL + reverse("certificates:verify_one", args=[award.number]))


def _in_english(award: Award) -> CertificateText:
    words = _words(award, wording_for(SOURCE))
    return CertificateText(
        **words | {"course": award.snapshot.get("course_en") or award.snapshot["course"]},
        language=SOURCE,
        right_to_left=False,
        name=award.holder_name,
        verify_url=_printed_address(award),
        issued_at=award.issued_at,
    )


def badge_text(award: Award) -> BadgeText:
    """Every word of the badge, in the language of the award."""
    wording = wording_for(award.language)
    return BadgeText(
        language=wording.language,
        right_to_left=language_info(wording.language)["bidi"],
        kind=wording[f"heading_{award.kind}"],
        course=award.snapshot["course"],
        edition=wording["edition"].format(edition=award.edition, revision=award.revision),
        issuer=wording["issuer"],
        specimen=wording["specimen"] if award.is_specimen else "",
    )


def _words(award: Award, wording: Wording) -> dict[str, Any]:
    """The parts of a page that have words, in one language."""
    statement = f"statement_{award.kind}"
    if award.kind == Award.Kind.COMPLETION and "refreshes" in award.snapshot:
        statement = "statement_refresher"
    return {
        "heading": wording[f"heading_{award.kind}"],
        "presented_to": wording["presented_to"],
        "statement": wording[statement],
        "course": award.snapshot["course"],
        "edition": wording["edition"].format(edition=award.edition, revision=award.revision),
        "facts": _facts(award, wording),
        "issuer": wording["issuer"],
        "verify_label": wording["check"],
        "specimen": wording["specimen"] if award.is_specimen else "",
        "specimen_note": wording["specimen_note"] if award.is_specimen else "",
    }


def _facts(award: Award, wording: Wording) -> tuple[tuple[str, str], ...]:
    snapshot, code = award.snapshot, wording.language
    taken = language_info(award.language)
    facts = [
        (wording["issued_on"], day_text(award.issued_at.date(), code)),
        (wording["valid_until"], day_text(award.valid_until, code)),
        (wording["language"], str(taken["name" if code == SOURCE else "name_local"])),
    ]
    if snapshot.get("design_minutes"):
        facts.append((wording["hours"], in_hours(snapshot["design_minutes"])))
    if lessons := snapshot.get("lessons"):
        facts.append((wording["lessons"], f"{lessons['done']} / {lessons['all']}"))
    # The standard, never what was reached; and who only took part passed nothing.
    if award.kind != Award.Kind.PARTICIPATION and snapshot.get("pass_mark"):
        facts.append((wording["standard"], wording["standard_value"].format(percent=snapshot["pass_mark"])))
    facts.append((wording["number"], award.number))
    if annex := snapshot.get("annex"):
        # The day from which its latest text holds, and the beginning of the digest of all its texts.
        facts.append((wording["annex"], f"{annex['latest']} · {annex['digest'][:8]}"))
    return tuple(facts)


def _signature(said: dict[str, str], found: Mapping[str, Picture]) -> Signature:
    return Signature(said["name"], said["title"], said["title_en"], found.get(said["picture"]))
