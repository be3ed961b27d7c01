"""The figures of effect as tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from assessments.effect.reads import CourseEffect, Group

Table = tuple[list[Any], list[list[Any]]]


def gains_table(found: Sequence[CourseEffect]) -> Table:
    """A row a course, and a row for each member and sex in it."""
    header = [
        *(_("Course code"), _("Course"), _("Grouped by"), _("Group"), _("People"), _("Mean before"), _("Mean after")),
        *(_("Gain in points"), _("Normalised gain of the class"), _("Normalised gain, mean of people")),
        *(_("All right before"), _("Did worse after")),
    ]
    rows = []
    for each in found:
        if each.gain is None:
            continue
        parts = [(_("all"), each.gain.whole)]
        parts += [(_("member"), group) for group in each.gain.members]
        parts += [(_("sex or gender"), group) for group in each.gain.sexes]
        rows += [
            [each.course.code, each.title, part, group.name, group.people, *_cells(group)] for part, group in parts
        ]
    return header, rows


def _cells(group: Group) -> list[Any]:
    if group.gains is None:
        return [_("too few")] * 5 + ["", ""]
    normalised = ["" if each is None else f"{each:.1f}" for each in (group.gains.of_class, group.gains.of_people)]
    return [group.before, group.after, group.points, *normalised, group.full, group.losses]


def answers_table(found: Sequence[CourseEffect]) -> Table:
    """What officers said: a row a course and sentence."""
    header = [_("Course code"), _("Course"), _("Form"), _("Sentence"), _("Answers"), _("Figure")]
    return header, [[each.course.code, each.title, *row] for each in found for row in _said(each)]


def _said(each: CourseEffect) -> Iterator[list[Any]]:
    if each.reaction is not None:
        form = _("At the end of the course")
        for scale in each.reaction.scales:
            yield [form, scale.label, scale.answers, _("too few") if scale.mean is None else f"{scale.mean:.1f}"]
        yield [form, _("Was any content upsetting? Yes"), each.reaction.answers, each.reaction.upset or _("too few")]
    if each.use is not None:
        form = _("Use at work")
        yield [form, _("At least one changed practice, percent"), each.use.answers, _percent(each.use.share)]
        for label, share in each.use.practices:
            yield [form, label, each.use.answers, _percent(share)]
        for label, count in each.use.reasons:
            yield [form, label, each.use.answers, _("too few") if count is None else count]
    if each.confirmed is not None:
        share = _percent(each.confirmed.share)
        yield [_("Supervisor"), _("Confirmed by the supervisor, percent"), each.confirmed.answers, share]


def _percent(share: int | None) -> Any:
    return _("too few") if share is None else share
