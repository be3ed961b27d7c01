"""The figures of a test as a table for a file."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from assessments.statistics.figures import InLanguage, TestFigures
from assessments.statistics.hiding import about
from assessments.statistics.reads import Analysed
from assessments.statistics.words import SIGNS


def questions_table(figures: TestFigures, rows: Sequence[Analysed]) -> tuple[list[str], Iterator[list[object]]]:
    """(header, rows): a row a version, with the share of right answers and the DIF class in each language.

    Nothing is in it that the page does not show: small counts and figures of too few answers are left out.
    """
    languages = figures.languages
    header = [_("Key"), _("Version"), _("Answers"), _("Right"), _("Discrimination"), _("Needs attention")]
    for code in languages:
        header += [f"{code}: " + _("Answers"), f"{code}: " + _("Right"), f"{code}: D-DIF", f"{code}: DIF"]
    return header, (_row(each, languages) for each in rows)


def _row(each: Analysed, languages: Sequence[str]) -> list[object]:
    own = each.figures
    power = "" if own.discrimination is None else f"{own.discrimination:.2f}"
    signs = "; ".join(str(SIGNS[sign].label) for sign in own.signs)
    cells: list[object] = [
        each.item.key,
        each.version.number,
        about(own.facility.n),
        own.facility.percent,
        power,
        signs,
    ]
    for code in languages:
        cells += _in(own.languages.get(code))
    return cells


def _in(within: InLanguage | None) -> list[object]:
    if within is None:
        return ["", "", "", ""]
    dif = within.dif
    return [
        about(within.facility.n),
        within.facility.percent,
        f"{dif.delta:.2f}" if dif else "",
        dif.klass if dif else "",
    ]
