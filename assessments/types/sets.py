"""Several questions on one text."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, WRONG, FormData, ItemType, PartView, id_problems, stranger
from assessments.types.typed import spoken


class ScenarioSet(ItemType):
    """``structure["parts"]`` lists ``{"id", "type", "structure"}``; what a part is asked and answered is its type's.

    ``wording["stem"]`` is the text, ``wording["questions"]`` has the stem of every part, and all else of a part stands
    under its id: ``options`` has ``p1-a``. Answer and key map parts to theirs; not every part need be answered. The
    score is the mean of the parts. An essay is no part: a person marks it, and the rest would wait.
    """

    name = "set"
    template = "assessments/items/set.html"

    def __init__(self, types: Mapping[str, ItemType]) -> None:
        """`types`: those that a part may have."""
        self.types = types

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        parts = structure.get("parts")
        if not isinstance(parts, list) or not parts or any(not isinstance(each, Mapping) for each in parts):
            return [_("a set needs at least one question.")]
        ids = [each.get("id") for each in parts]
        if found := id_problems(ids):
            return found
        if any("-" in each for each in ids):
            return [_("the id of a part has no hyphen.")]
        if not isinstance(answer_key, Mapping) or set(answer_key) != set(ids):
            return [_("the key must answer every part.")]
        found = []
        for part in parts:
            kind = self.types.get(part.get("type", ""))
            if kind is None:
                found.append(_("“%(type)s” cannot be a part of a set.") % {"type": part.get("type", "")})
            elif not isinstance(part.get("structure"), Mapping):
                found.append(_("a part has no structure."))
            else:
                own = kind.problems(part["structure"], answer_key[part["id"]])
                found += [f"{part['id']}: {each}" for each in own]
        return found or self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        found: dict[str, list[str]] = {"questions": [part["id"] for part in structure["parts"]]}
        for part, kind in self._parts(structure):
            for name, ids in kind.parts(part["structure"]).items():
                found.setdefault(name, []).extend(f"{part['id']}-{each}" for each in ids)
            for name in kind.lines(part["structure"]):
                found.setdefault(name, []).append(part["id"])
        return dict(found)

    def parts(self, structure: JSON) -> Mapping[str, Sequence[str]]:
        found = self.own_parts(structure)
        if structure.get("picture"):
            found["picture"] = ["alt", *found.get("picture", ())]
        return found

    def wording_problems(self, structure: JSON, wording: Mapping[str, Any]) -> list[str]:
        found = super().wording_problems(structure, wording)
        if found:
            return found
        for part, kind in self._parts(structure):
            own = self._wording(part, kind, wording)
            for problem in kind.wording_problems(part["structure"], {**own, "feedback": wording["feedback"]}):
                name, colon, words = problem.partition(": ")
                found.append(f"{name}: {part['id']}: {words}" if colon else f"{part['id']}: {problem}")
        return found

    def languages(self, answer_key: JSON) -> frozenset[str] | None:
        return spoken(answer_key)

    def basis(self, structure: JSON, answer_key: JSON) -> JSON:
        own = [
            [part["id"], part["type"], kind.basis(part["structure"], answer_key[part["id"]])]
            for part, kind in self._parts(structure)
        ]
        return [{name: value for name, value in structure.items() if name != "parts"}, own]

    def listed_order(self, structure: JSON) -> list[str]:
        return [
            f"{part['id']}-{each}"
            for part, kind in self._parts(structure)
            for each in kind.listed_order(part["structure"])
        ]

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        """The questions stay in their order; the options of each as its type mixes them."""
        return [
            f"{part['id']}-{each}"
            for part, kind in self._parts(structure)
            for each in kind.paper_order(part["structure"], rng)
        ]

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = {
            part["id"]: kind.read(part["structure"], data, f"{prefix}-{part['id']}")
            for part, kind in self._parts(structure)
        }
        return {part: own for part, own in answer.items() if own is not None} or None

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        found = {}
        for part, kind in self._parts(structure):
            place = f"{prefix}-{part['id']}"
            own = kind.draft(part["structure"], data, place)
            if own is None:
                try:
                    own = kind.read(part["structure"], data, place)
                except ValueError:
                    own = None
            if own is not None:
                found[part["id"]] = own
        return found

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        ids = {part["id"] for part in structure["parts"]}
        if not isinstance(answer, dict) or not answer or not set(answer) <= ids:
            raise stranger()
        return {
            part["id"]: kind.normalise(part["structure"], answer[part["id"]])
            for part, kind in self._parts(structure)
            if part["id"] in answer
        }

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        return {
            part["id"]: kind.solution(part["structure"], answer_key[part["id"]], language)
            for part, kind in self._parts(structure)
        }

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        scores = [
            kind.score(part["structure"], answer_key[part["id"]], (answer or {}).get(part["id"]))
            for part, kind in self._parts(structure)
        ]
        return sum(scores, WRONG) / len(scores)

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        own = {
            part["id"]: kind.interaction(part["structure"], answer[part["id"]])[1]
            for part, kind in self._parts(structure)
            if part["id"] in answer
        }
        return "other", json.dumps(own, ensure_ascii=False)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[PartView]:
        return [
            PartView(
                id=part["id"],
                type=part["type"],
                structure=part["structure"],
                wording=self._wording(part, kind, wording),
                order=_below(part["id"], order),
                answer=(answer or {}).get(part["id"]),
                answer_key=answer_key[part["id"]] if answer_key is not None else None,
            )
            for part, kind in self._parts(structure)
        ]

    def _parts(self, structure: JSON) -> Iterator[tuple[Mapping[str, Any], ItemType]]:
        for part in structure["parts"]:
            yield part, self.types[part["type"]]

    def _wording(self, part: Mapping[str, Any], kind: ItemType, wording: Mapping[str, Any]) -> dict[str, Any]:
        """The wording of a part, as its own type knows it; the feedback is that of the whole."""
        own: dict[str, Any] = {"stem": wording["questions"][part["id"]], "feedback": ""}
        for name, ids in kind.parts(part["structure"]).items():
            own[name] = {each: wording[name][f"{part['id']}-{each}"] for each in ids}
        return own | {name: wording[name][part["id"]] for name in kind.lines(part["structure"])}


def _below(part: str, order: list[str]) -> list[str]:
    """What of the order of the whole is that of a part."""
    return [each.removeprefix(f"{part}-") for each in order if each.startswith(f"{part}-")]
