"""What a blueprint says and lacks, in words for authors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.drawing.blueprint import Lack, Shortage
from assessments.models import Item
from assessments.rules import Draw


@dataclass(frozen=True)
class Names:
    """How authors call what a row names by key: modules, and categories with those above them."""

    modules: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)


def kind_of(draw: Draw, names: Names) -> str:
    """What a row draws: the names that it is narrowed by, one after the other."""
    if draw.items:
        return ", ".join(draw.items)
    kinds = [
        names.modules.get(draw.module, draw.module),
        names.categories.get(draw.category, _("a category that is gone")) if draw.category else "",
        draw.tag,
        str(Item.Difficulty(draw.difficulty).label) if draw.difficulty else "",
    ]
    return ", ".join(f"\u2068{kind}\u2069" for kind in kinds if kind) or _("any question")


def lack_in_words(lack: Lack, names: Names) -> list[str]:
    """A sentence for each row that is short, and one for what must be right and finds no place."""
    said = [_short(each, names) for each in lack.shortages]
    if lack.crowded:
        said.append(
            _("These must be right and find no place: %(keys)s. Ask for more questions in a row that they match.")
            % {"keys": ", ".join(lack.crowded)}
        )
    return said


def _short(each: Shortage, names: Names) -> str:
    if each.names:
        return _("Row %(row)d names questions that this test cannot ask: %(keys)s.") % {
            "row": each.number,
            "keys": ", ".join(each.names),
        }
    if each.have >= each.draw.size:
        words = ngettext(
            "Row %(row)d (%(kind)s): %(missing)d question is missing, because other rows need the same ones.",
            "Row %(row)d (%(kind)s): %(missing)d questions are missing, because other rows need the same ones.",
            each.missing,
        )
    else:
        words = ngettext(
            "Row %(row)d (%(kind)s): %(missing)d question is missing. It asks for %(size)d, and %(have)d match.",
            "Row %(row)d (%(kind)s): %(missing)d questions are missing. It asks for %(size)d, and %(have)d match.",
            each.missing,
        )
    return words % {
        "row": each.number,
        "kind": kind_of(each.draw, names),
        "missing": each.missing,
        "size": each.draw.size,
        "have": each.have,
    }
