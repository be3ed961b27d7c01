"""A question as officers see it, before and after they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.hooks import Workshop
from assessments.selectors import QuestionView, question_view
from assessments.types import TYPES


@dataclass(frozen=True)
class Shown:
    """The question as it is asked, and, for whoever may see it, with its answer and feedback."""

    asked: QuestionView
    answered: QuestionView | None


def as_officers_see_it(
    type: str,
    content: Any,
    text: Mapping[str, Any],
    language: str,
    workshop: Workshop | None,
    *,
    with_key: bool,
) -> Shown:
    """Build both views.

    Arguments:
        content: what has structure, key, case and source: a version, or what somebody is writing.
    """
    case = next((each for each in workshop.cases if each.key == content.scenario), None) if workshop else None
    wording = {**text, "source": content.source}
    if case is not None:
        wording |= {"scenario": case.text, "level": case.level}

    def view(prefix: str, answer_key: Any | None) -> QuestionView:
        return question_view(
            prefix=prefix,
            type=type,
            structure=content.structure,
            wording=wording,
            order=TYPES[type].listed_order(content.structure),
            answer=None,
            answer_key=answer_key,
            language=language,
        )

    return Shown(view("asked", None), view("answered", content.answer_key) if with_key else None)
