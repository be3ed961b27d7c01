"""Blocks that bring words into an order: steps, lists, tables, comparisons, quotations, terms.

What an author types is words; kinds, sources and the entries of a list are the same in every language.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.pages.blocks import samples
from courses.pages.blocks.base import ORDER, WORDS, RichTextBlock
from courses.pages.blocks.neutral import NeutralCharBlock

#: The cells that a row of a table offers. More do not fit on a page of text.
CELLS = ("c1", "c2", "c3", "c4", "c5")

_TITLE = gettext_lazy("Heading")


def _title() -> blocks.CharBlock:
    return blocks.CharBlock(required=False, default="", label=_TITLE, help_text=gettext_lazy("May be left empty."))


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=gettext_lazy("What to do"), help_text=gettext_lazy("Begin with a verb."))
    text = blocks.TextBlock(
        required=False,
        default="",
        label=gettext_lazy("How, and why"),
        rows=2,
        help_text=gettext_lazy("May be left empty."),
    )

    class Meta:
        label_format = "{title}"


class StepsBlock(blocks.StructBlock):
    title = _title()
    steps = blocks.ListBlock(StepBlock(label=gettext_lazy("Step")), min_num=1, label=gettext_lazy("Steps"))

    class Meta:
        icon = "list-ol"
        label = gettext_lazy("Steps")
        group = ORDER
        description = gettext_lazy("What an officer does, one thing after the other, with numbers.")
        help_text = gettext_lazy(
            "For a procedure in which the order matters. Where it does not, use a checklist. Teach how to protect, "
            "never how a trafficker or smuggler works: no recruitment scripts, forging, routes or hiding of payments."
        )
        preview_value = staticmethod(samples.steps)


class ChecklistBlock(blocks.StructBlock):
    title = _title()
    points = blocks.ListBlock(
        blocks.TextBlock(label=gettext_lazy("Point"), rows=2), min_num=1, label=gettext_lazy("Points")
    )

    class Meta:
        icon = "tasks"
        label = gettext_lazy("Checklist")
        group = ORDER
        description = gettext_lazy("Points to tick. Nothing is recorded.")
        help_text = gettext_lazy(
            "For what must be thought of, in any order. Officers may tick the points for themselves; nobody sees it. "
            "Never ask for anything about a real case."
        )
        preview_value = staticmethod(samples.checklist)


class FoldBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_TITLE, help_text=gettext_lazy("Says what is inside, so that nobody opens it in vain.")
    )
    text = RichTextBlock(label=gettext_lazy("Text"))

    class Meta:
        label_format = "{title}"


class AccordionBlock(blocks.StructBlock):
    entries = blocks.ListBlock(FoldBlock(label=gettext_lazy("Part")), min_num=1, label=gettext_lazy("Parts"))

    class Meta:
        icon = "collapse-down"
        label = gettext_lazy("Accordion")
        group = WORDS
        description = gettext_lazy("Parts that open when one wants to read them.")
        help_text = gettext_lazy(
            "For details that not everybody needs. Never hide in it what must be known for the test, and never a "
            "difficult passage: a content note says what comes, a heading in an accordion does not."
        )
        preview_value = staticmethod(samples.accordion)


class RowBlock(blocks.StructBlock):
    """One row of a table, cell by cell."""

    class Meta:
        form_classname = "struct-block suluh-row"
        label_format = "{c1}"


def _cells() -> list[tuple[str, blocks.Block]]:
    names = [
        gettext_lazy("Cell 1"),
        gettext_lazy("Cell 2"),
        gettext_lazy("Cell 3"),
        gettext_lazy("Cell 4"),
        gettext_lazy("Cell 5"),
    ]
    return [
        (cell, blocks.TextBlock(required=False, default="", label=name, rows=2))
        for cell, name in zip(CELLS, names, strict=True)
    ]


class TableValue(blocks.StructValue):
    """A table as it is shown: as wide as its longest row, and without rows in which nothing stands."""

    @property
    def grid(self) -> list[list[str]]:
        rows = [[row.get(cell) or "" for cell in CELLS] for row in self["rows"]]
        width = max((place for row in rows for place, words in enumerate(row, 1) if words.strip()), default=0)
        return [row[:width] for row in rows if any(words.strip() for words in row)]

    @property
    def head(self) -> list[str]:
        """The names of the columns; empty when the first row is one like the others."""
        return self.grid[0] if self["header_row"] and self.grid else []

    @property
    def body(self) -> list[list[tuple[str, str]]]:
        """The other rows, each cell with the name of its column, which stands beside it on a phone."""
        rows, names = self.grid[1 if self.head else 0 :], self.head
        return [list(zip(names or [""] * len(row), row, strict=True)) for row in rows]

    @property
    def is_wide(self) -> bool:
        """Whether a phone has no room for the columns side by side."""
        return any(len(row) > 2 for row in self.grid)


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(
        label=gettext_lazy("Caption"), help_text=gettext_lazy("What the table shows. It is read out before the cells.")
    )
    header_row = blocks.BooleanBlock(
        required=False, default=True, label=gettext_lazy("The first row names the columns")
    )
    header_column = blocks.BooleanBlock(
        required=False, default=False, label=gettext_lazy("The first cell of a row names the row")
    )
    rows = blocks.ListBlock(
        RowBlock(_cells(), label=gettext_lazy("Row")),
        min_num=1,
        label=gettext_lazy("Rows"),
        help_text=gettext_lazy(
            "Fill the cells from the first to the last that you need: a column in which nothing stands is not shown."
        ),
    )

    class Meta:
        icon = "table"
        label = gettext_lazy("Table")
        group = ORDER
        value_class = TableValue
        description = gettext_lazy("Up to five columns of short texts. On a phone each row becomes a small list.")
        help_text = gettext_lazy(
            "For facts that are looked up in two directions. Keep cells short. No figures about victims without their "
            "source, and none by nationality or religion."
        )
        preview_value = staticmethod(samples.table)

    def clean(self, value: Any) -> Any:
        """Also refuses a table that would show nothing.

        Raises:
            StructBlockValidationError: no row has words below the names of the columns.
        """
        value = super().clean(value)
        if not self.is_deferred_validation and not value.body:
            empty = ValidationError(_("Nothing stands in this table yet: write at least one row below the headings."))
            raise StructBlockValidationError(block_errors={"rows": ListBlockValidationError(non_block_errors=[empty])})
        return value


class MomentBlock(blocks.StructBlock):
    when = blocks.CharBlock(
        label=gettext_lazy("When"), help_text=gettext_lazy("A date, or “Within 24 hours”, “After two weeks”.")
    )
    text = blocks.TextBlock(label=gettext_lazy("What happens"), rows=2)

    class Meta:
        label_format = "{when}"


class TimelineBlock(blocks.StructBlock):
    title = _title()
    moments = blocks.ListBlock(MomentBlock(label=gettext_lazy("Moment")), min_num=1, label=gettext_lazy("Moments"))

    class Meta:
        icon = "history"
        label = gettext_lazy("Timeline")
        group = ORDER
        description = gettext_lazy("What happens when, from the first to the last.")
        help_text = gettext_lazy(
            "For deadlines, the way of a case, or how a law came about. In a case of your own, no dates or places by "
            "which somebody could recognise a real one."
        )
        preview_value = staticmethod(samples.timeline)


class SideBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_TITLE)
    text = RichTextBlock(label=gettext_lazy("Text"), help_text=gettext_lazy("A short list is read most easily."))

    class Meta:
        label_format = "{title}"


class ComparisonBlock(blocks.StructBlock):
    title = _title()
    sides = blocks.ListBlock(
        SideBlock(label=gettext_lazy("Side")),
        default=[{"title": "", "text": ""}] * 2,
        min_num=2,
        max_num=4,
        label=gettext_lazy("Sides"),
    )

    class Meta:
        icon = "grid"
        label = gettext_lazy("Comparison")
        group = ORDER
        description = gettext_lazy("Two to four things side by side, such as smuggling and trafficking.")
        help_text = gettext_lazy(
            "For things that are easily mixed up. Say the same aspects in the same order on every side. Never compare "
            "peoples, countries or faiths."
        )
        preview_value = staticmethod(samples.comparison)


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=gettext_lazy("Quotation"))
    source = NeutralCharBlock(
        label=gettext_lazy("Source"), help_text=gettext_lazy("Who said it and where, with the article or page.")
    )

    class Meta:
        icon = "openquote"
        label = gettext_lazy("Quotation")
        group = WORDS
        description = gettext_lazy("The words of a law, a judgment or a person, with their source.")
        help_text = gettext_lazy(
            "Word for word, and never without a source. Of real cases only public judgments. No words of a victim by "
            "whom anybody could know who it was; survivors are quoted with their consent."
        )
        preview_value = staticmethod(samples.quotation)


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=gettext_lazy("Term"))
    definition = blocks.TextBlock(
        label=gettext_lazy("What it means"), rows=2, help_text=gettext_lazy("One or two plain sentences.")
    )
    source = NeutralCharBlock(
        required=False, label=gettext_lazy("Source"), help_text=gettext_lazy("Such as “L1 3(a)”.")
    )

    class Meta:
        icon = "title"
        label = gettext_lazy("Glossary term")
        group = WORDS
        label_format = "{term}"
        description = gettext_lazy("A word of the trade and what it means. Several in a row make one list.")
        help_text = gettext_lazy(
            "Say “victim” in law and “survivor” where the person wishes it, “irregular” and never “illegal”, "
            "“smuggling of migrants” and “trafficking in persons” as two crimes: "
            "translators need the difference in their language."
        )
        preview_value = staticmethod(samples.term)
