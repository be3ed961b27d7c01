"""Slips with a one-time code, as a sheet to print and cut. The page is ``typst/slips.typ``; names are data there."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.models import Member, Posting, User
from accounts.services.codes import GivenCode
from lms.calendars import day_text
from lms.languages import nearest
from lms.typesetting import compiler, coverage, families, run_of

logger = logging.getLogger("suluh.slips")

TEMPLATE = Path(__file__).resolve().parent / "typst" / "slips.typ"
#: Besides English: a slip has room for no more.
MOST_LANGUAGES = 2


#: Says whether a character can be printed.
Covers = Callable[[str], bool]


def print_slips(given: Sequence[GivenCode]) -> bytes:
    """The slips of some codes as a PDF (see `print_sheet`)."""
    agencies = _agencies(given)
    return print_sheet(lambda is_covered, is_covered_in_name: _sheet(given, agencies, is_covered, is_covered_in_name))


def print_sheet(sheet: Callable[[Covers, Covers], str], template: Path = TEMPLATE) -> bytes:
    """A sheet as a PDF; where nothing else is said of slips, A4, eight a page with marks to cut along.

    A character that no font has becomes a white square; a text that cannot be shaped costs its letters, never the
    sheet.

    Arguments:
        sheet: gives what the template reads, from what can be printed of any text and of a name.
        template: another page than `typst/slips.typ`, which reads ``sys.inputs.sheet`` too.
    """
    every, first = coverage().every.__contains__, coverage().first.__contains__
    for is_covered, is_covered_in_name in ((every, every), (every, first)):
        try:
            return _compile(sheet(is_covered, is_covered_in_name), template)
        except typst.TypstError:
            # What typst says is not logged: it may quote a name.
            logger.warning("slips: a text could not be shaped and is set again with fewer characters")
    return _compile(sheet(first, first), template)


def languages_of(member: Member | None, user: User | None = None) -> list[str]:
    """The languages of a slip: the one its reader chose, those of the member that the site has, English last.

    Never that of whoever prints it.
    """
    return languages_for(member, user.language if user is not None else "")


def languages_for(member: Member | None, chosen: str) -> list[str]:
    """The same from the language that somebody chose, for a slip of a person whose account is not read."""
    offered = dict(settings.LANGUAGES)
    wanted = [chosen] if chosen else []
    # A language that the site lacks leaves the place to the next; English stands on every slip anyway.
    found = [nearest(each, offered) for each in [*wanted, *(member.languages if member else [])]]
    own = [each for each in dict.fromkeys(found) if each != "en"]
    return [*own[:MOST_LANGUAGES], "en"]


def _agencies(given: Sequence[GivenCode]) -> dict[int, str]:
    found: dict[int, str] = {}
    rows = (
        Posting.objects.current().filter(user__in=[each.user for each in given]).select_related("agency").order_by("pk")
    )
    for posting in rows:
        if posting.agency:
            found[posting.user_id] = posting.agency.name
    return found


def _compile(sheet: str, template: Path) -> bytes:
    pdf = compiler(template).compile(format="pdf", sys_inputs={"sheet": sheet})
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf


def _sheet(
    given: Sequence[GivenCode],
    agencies: dict[int, str],
    is_covered: Covers,
    is_covered_in_name: Covers,
) -> str:
    missing: set[str] = set()

    def run(value: str) -> Any:
        return run_of(value, is_covered, missing)

    words: dict[tuple[str, ...], dict[str, Any]] = {}
    slips = []
    for each in given:
        languages = tuple(languages_of(each.member, each.user))
        if languages not in words:
            words[languages] = _words(languages, run)
        name = each.user.learner_code if each.user.is_restricted else each.user.full_name
        slips.append(
            {
                **words[languages],
                "name": run_of(name, is_covered_in_name, missing),
                "agency": run_of(agencies.get(each.user.pk, ""), is_covered_in_name, missing),
                "username": run(each.user.username),
                "code": run(each.code),
                "until": run(day_text(each.expires_at, languages[0])),
            }
        )
    if missing:
        logger.warning("slips: no font has %s", ", ".join(f"U+{ord(each):04X}" for each in sorted(missing)))
    return json.dumps({"fonts": coverage().families, "slips": slips}, ensure_ascii=False)


def _in(language: str, say: Callable[[], str]) -> str:
    with translation.override(language):
        return say()


def _words(languages: Sequence[str], run: Callable[[str], Any]) -> dict[str, Any]:
    """What stands on every slip with a code in these languages."""
    with translation.override(languages[0]):
        address = settings.PUBLIC_URL + reverse("entry:code")
    return words_of_slip(
        languages,
        run,
        address,
        {
            "username": lambda: _("User name"),
            "code": lambda: _("Code"),
            "until": lambda: _("Valid until"),
        },
        [
            lambda: _("Open the address below, or point a camera at the square."),
            lambda: _("Type the user name and the code."),
            lambda: _("Choose a password that only you know. The code then ends."),
        ],
    )


def words_of_slip(
    languages: Sequence[str],
    run: Callable[[str], Any],
    address: str,
    labels: Mapping[str, Callable[[], str]],
    steps: Sequence[Callable[[], str]],
) -> dict[str, Any]:
    """What stands on every slip in these languages, for `typst/slips.typ`.

    Arguments:
        run: makes a text into what can be printed of it.
        labels: of the two columns (`username`, `code`) and of the last line (`until`).
        steps: what to do, in order.
    """

    def said(say: Callable[[], str]) -> list[Any]:
        return [run(text) for text in dict.fromkeys(_in(language, say) for language in languages)]

    return {
        "fonts": families(languages[0], nastaliq=False),
        "site": run(_in(languages[0], lambda: _("Suluh"))),
        "address": run(address),
        "qr": str(segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#12324a", omitsize=True)),
        "labels": {name: said(say) for name, say in labels.items()},
        "steps": [
            {
                "lang": language,
                "rtl": bool(get_language_info(language)["bidi"]),
                "lines": [run(_in(language, say)) for say in steps],
            }
            for language in languages
        ],
    }
