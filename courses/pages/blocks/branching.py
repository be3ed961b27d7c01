"""The branching scenario: what an author writes of it, and what is said when it cannot be played to an end."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.pages.blocks import samples
from courses.pages.blocks.base import PRACTICE
from courses.pages.blocks.neutral import NeutralCharBlock
from learning.branching import END, KINDS, OUTCOMES, QUALITIES, SITUATION, Graph, Problem, problems


def _choices(named: Mapping[str, str | Promise]) -> list[tuple[str, str | Promise]]:
    return list(named.items())


class ScenarioRoleBlock(blocks.StructBlock):
    name = blocks.CharBlock(
        max_length=80, label=_("Name"), help_text=_("Whose side it is told from, such as “Border officer”.")
    )
    key = NeutralCharBlock(
        max_length=30, label=_("Short name"), help_text=_("Such as “border”: small letters, digits, hyphens.")
    )
    start = NeutralCharBlock(
        max_length=30, label=_("Begins at"), help_text=_("The short name of the node at which this side begins.")
    )

    class Meta:
        icon = "user"
        label = _("Role")
        label_format = "{name}"


class ScenarioChoiceBlock(blocks.StructBlock):
    text = blocks.TextBlock(
        max_length=300,
        rows=2,
        label=_("Choice"),
        help_text=_("What the officer does, in the words of somebody who could do it. No choice is a joke."),
    )
    quality = blocks.ChoiceBlock(choices=_choices(QUALITIES), default="acceptable", label=_("How good it is"))
    consequence = blocks.TextBlock(
        rows=3, label=_("What follows"), help_text=_("What happens then, told without blame.")
    )
    feedback = blocks.TextBlock(
        required=False, rows=3, label=_("Feedback"), help_text=_("Why, with the rule or practice behind it.")
    )
    target = NeutralCharBlock(
        max_length=30, label=_("Goes on at"), help_text=_("The short name of the node that comes next.")
    )

    class Meta:
        icon = "arrow-right"
        label = _("Choice")
        label_format = "{text}"


class ScenarioNodeBlock(blocks.StructBlock):
    key = NeutralCharBlock(
        max_length=30,
        label=_("Short name"),
        help_text=_("For you, such as “at-the-gate”: small letters, digits, hyphens. Officers never see it."),
    )
    kind = blocks.ChoiceBlock(choices=_choices(KINDS), default=SITUATION, label=_("Kind"))
    text = blocks.TextBlock(
        rows=4, label=_("Text"), help_text=_("What the officer sees and hears. At an end: how it ended.")
    )
    choices = blocks.ListBlock(
        ScenarioChoiceBlock(), default=[], collapsed=True, label=_("Choices"), help_text=_("Of a situation only.")
    )
    outcome = blocks.ChoiceBlock(
        choices=_choices(OUTCOMES), required=False, label=_("Outcome"), help_text=_("Of an end only.")
    )
    debrief = blocks.TextBlock(
        required=False,
        rows=4,
        label=_("Debrief"),
        help_text=_("Of an end only: what to take away, and what the people in the story needed."),
    )
    source = NeutralCharBlock(required=False, label=_("Source"), help_text=_("Of the debrief, such as “L1 6(3)”."))

    class Meta:
        icon = "comment"
        label = _("Node")
        label_format = "{key}: {text}"


class BranchingBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    introduction = blocks.TextBlock(
        rows=4,
        label=_("Introduction"),
        help_text=_(
            "Where it happens and what is known at the start. Invented countries and people only; no nationality, "
            "religion or look stands for a victim or an offender; local officers and services are competent; nothing "
            "that teaches how to recruit, forge, hide or go undetected."
        ),
    )
    roles = blocks.ListBlock(
        ScenarioRoleBlock(), label=_("Roles"), help_text=_("One, or several for a scenario told from several sides.")
    )
    nodes = blocks.ListBlock(
        ScenarioNodeBlock(),
        collapsed=True,
        label=_("Nodes"),
        help_text=_("Situations with choices, and ends. Every way must be able to come to an end."),
    )

    class Meta:
        icon = "site"
        label = _("Branching scenario")
        group = PRACTICE
        label_format = "{title}"
        description = _("Decisions with consequences, told from one side or from several.")
        help_text = _(
            "Write the situations and the ends first, then the choices that lead from one to the next. Each has a "
            "short name, and a choice says at which name it goes on. It may lead back to an earlier situation, as long "
            "as an end can be reached. The preview plays it and draws it as a graph; a draft may be unfinished."
        )
        preview_value = staticmethod(samples.branching)

    def clean(self, value: Any) -> Any:
        """A draft may be unfinished; what is published can be played to an end.

        Raises:
            StructBlockValidationError: with each problem at its field.
        """
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        found = [*problems(Graph.from_neutral(value)), *without_debrief(value["nodes"])]
        if found:
            raise _at_their_fields(found)
        return value


def without_debrief(nodes: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Ends that leave an officer alone with what happened."""
    return [
        Problem(
            ("nodes", place, "debrief"),
            gettext("Say what to take away: the end “%(key)s” has no debrief.") % {"key": node["key"]},
        )
        for place, node in enumerate(nodes)
        if node.get("kind") == END and not node.get("debrief")
    ]


def _at_their_fields(found: Iterable[Problem]) -> ValidationError:
    """The error of a struct block whose children's errors stand where the problems are."""
    tree: dict[str | int, Any] = {}
    for problem in found:
        at = tree
        for step in problem.path:
            at = at.setdefault(step, {})
        at.setdefault("", []).append(problem.message)
    return _error(tree)


def _error(tree: dict[str | int, Any]) -> ValidationError:
    own = [ValidationError(message) for message in tree.get("", [])]
    below = {step: _error(each) for step, each in tree.items() if step != ""}
    if not below:
        return ValidationError(own)
    if all(isinstance(step, int) for step in below):
        return ListBlockValidationError(block_errors=below, non_block_errors=own)
    return StructBlockValidationError(block_errors=below, non_block_errors=own)


def unplayable(value: Mapping[str, Any]) -> list[str]:
    """Why the raw value of a block cannot be published, in words for its author."""
    plain = from_raw(value)
    return [each.message for each in (*problems(Graph.from_neutral(plain)), *without_debrief(plain["nodes"]))]


def from_raw(value: Mapping[str, Any]) -> dict[str, Any]:
    """A raw value without the wrapping of its lists: roles, nodes and choices are plain lists of fields."""

    def entries(raw: Any) -> list[dict[str, Any]]:
        return [{name: each or "" for name, each in entry["value"].items()} for entry in raw or []]

    nodes = entries(value.get("nodes"))
    return {
        "title": value.get("title") or "",
        "introduction": value.get("introduction") or "",
        "roles": entries(value.get("roles")),
        "nodes": [node | {"choices": entries(node.get("choices"))} for node in nodes],
    }
