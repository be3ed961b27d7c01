"""The parts of a lesson that belong to a person: a knowledge check, and whatever else is not the same for everybody.

A lesson's frozen body is a list of parts. One of the type ``html`` is shown as it is; every other type has a `PartKind`
here that says what of it everybody shares and what this officer sees of it now.
"""

import json
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from accounts.permissions import SignedInRequest
from assessments.selectors import question_view
from assessments.types import TYPES
from courses.player.addresses import Addresses
from learning import selectors
from learning.branching import played
from learning.models import Enrolment
from xapi.selectors import own_statement


@dataclass(frozen=True)
class Seen:
    """Who looks at a lesson, and how.

    Attributes:
        enrolment: None where somebody only tries the course, and nothing is recorded.
        marks: how far the officer is, by the activity's uuid.
        refused: for a block's id, why its answer was not taken and what was chosen so far.
        tried: what was answered without a record, by the activity's uuid; only where `enrolment` is None.
    """

    request: SignedInRequest
    enrolment: Enrolment | None
    shown: selectors.Shown
    marks: Mapping[str, selectors.Mark]
    refused: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    tried: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def annex(self) -> Mapping[str, selectors.OwnAnnex]:
        """What the officer's member wrote into the country boxes of the lesson, by block; asked once, when one is met.

        Nobody's where somebody only tries the course.
        """
        if self.enrolment is None:
            return {}
        return selectors.own_annex(
            self.request.user, self.enrolment.course_id, self.shown.node.key, get_language() or self.shown.language
        )


@dataclass(frozen=True)
class PartKind:
    """How one type of part is shown.

    Attributes:
        template: gets ``part`` (shared) and ``own`` (personal), inside a personal mark of the lesson's template.
        shared: where the course stands, key of the lesson and the frozen part → what everybody may share; no answer.
        own: who looks, and the frozen part → what this officer sees.
    """

    template: str
    shared: Callable[[Addresses, str, Mapping[str, Any]], dict[str, Any]]
    own: Callable[[Seen, Mapping[str, Any]], Any]


def block_of(part: Mapping[str, Any]) -> str:
    """The id of the block that a part was made from; its key is ``<lesson>/<block id>``."""
    return str(part["key"]).rsplit("/", 1)[-1]


def shared_part(at: Addresses, lesson: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """A part as everybody may share it: its type, key and template, and what its kind adds."""
    if part["type"] == "html":
        return dict(part)
    kind = PART_KINDS[part["type"]]
    return {"type": part["type"], "key": part["key"], "template": kind.template} | kind.shared(at, lesson, part)


def own_parts(seen: Seen) -> dict[str, Any]:
    """Key → what this officer sees of it, for every part that is not the same for everybody."""
    return {
        part["key"]: PART_KINDS[part["type"]].own(seen, part)
        for part in seen.shown.body["parts"]
        if part["type"] != "html"
    }


# --- knowledge checks


def _check_shared(at: Addresses, lesson: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": at.to("check", lesson, block_of(part))}


def _check_own(seen: Seen, part: Mapping[str, Any]) -> dict[str, Any]:
    """A knowledge check as this officer sees it: fresh, or with the answer just given and its feedback."""
    request, refused = seen.request, seen.refused
    block = block_of(part)
    mark = seen.marks.get(part["activity"])
    answer = None
    if seen.enrolment is None:
        answer = seen.tried.get(part["activity"]) if request.GET.get("check") == block else None
    elif request.GET.get("check") == block:
        try:
            statement = own_statement(request.user, uuid.UUID(request.GET.get("answer", "")))
        except ValueError:
            statement = None
        if statement and statement.object_id == f"urn:uuid:{part['activity']}":
            # Ageing drops what was answered; the check then shows as if fresh.
            answer = json.loads(statement.statement["result"].get("response", "null"))
    # The same order on every visit: who comes back after feedback finds the options where they were.
    kind = TYPES[part["item_type"]]
    order = kind.paper_order(part["structure"], random.Random(f"{request.user.pk} {part['activity']}"))  # noqa: S311
    return {
        "block": block,
        "other_language": part.get("language", ""),
        "form_id": uuid.uuid4(),
        "answered_before": mark is not None,
        "right_before": mark is not None and mark.is_passed,
        "problem": refused[block][0] if block in refused else "",
        "question": question_view(
            prefix=f"q-{block}",
            type=part["item_type"],
            structure=part["structure"],
            wording=part["wording"],
            order=order,
            answer=answer if block not in refused else refused[block][1],
            answer_key=part["answer_key"] if answer is not None else None,
            language=part.get("language", seen.shown.language),
        ),
    }


# --- country boxes


def _country_shared(at: Addresses, lesson: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """What the author wrote for everybody. What coordinators are asked for is theirs to read."""
    kept = ("kind", "title", "fallback", "language", "source", "source_language")
    return {name: part[name] for name in kept if name in part}


def _country_own(seen: Seen, part: Mapping[str, Any]) -> dict[str, Any]:
    """What the member whose officer reads has written; decision 0010: nowhere but here."""
    return {
        "annex": seen.annex.get(block_of(part)),
        "is_trial": seen.enrolment is None,
        "language": part.get("language", seen.shown.language),
    }


# --- branching scenarios


def _scenario_shared(at: Addresses, lesson: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {"page_url": at.to("activity", lesson), "action": at.to("check", lesson, block_of(part))}


def _scenario_own(seen: Seen, part: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario where this officer stands in it; the address says where that is, and nothing is kept of it."""
    done = {}
    mark = seen.marks.get(part["activity"])
    if seen.enrolment is not None and mark is not None and mark.is_done:
        done = selectors.roles_played(seen.enrolment, part["activity"])
    return played(part, block_of(part), seen.request.GET, done=done) | {
        "language": part.get("language", seen.shown.language),
        "course_language": seen.shown.course_language,
        "other_language": part.get("language", ""),
        "is_recorded": seen.enrolment is not None,
        # Stays where it is shown, also in a lesson as it was; an answer to a check has an address of its own.
        "page_url": seen.request.path if seen.request.method == "GET" else "",
    }


PART_KINDS: dict[str, PartKind] = {
    "check": PartKind("courses/parts/check.html", _check_shared, _check_own),
    "country": PartKind("courses/parts/country.html", _country_shared, _country_own),
    "branching": PartKind("courses/parts/branching.html", _scenario_shared, _scenario_own),
}
