"""From an answer to the key by which it is right: what a correction accepts. Pure.

An answer and a key have one shape where options are chosen. Where a text is typed a key holds accepted texts by
language, and a number has a tolerance; both are taken over from the key that is there.
"""

from collections.abc import Callable, Mapping
from typing import Any

JSON = Any
Maker = Callable[[JSON, JSON, JSON, str], JSON]


def key_of(type: str, structure: JSON, answer_key: JSON, answer: JSON, language: str) -> JSON:
    """The key by which exactly this answer is right, apart from what comparing leaves out.

    Arguments:
        answer_key: the one of the version; what the answer leaves open is taken from it.
        language: in which it was typed.
    """
    maker = _MAKERS.get(type)
    return maker(structure, answer_key, answer, language) if maker else answer


def _of_text(structure: JSON, answer_key: JSON, answer: JSON, language: str) -> JSON:
    key = {name: value for name, value in answer_key.items() if name != "accepted"}
    return {**key, "accepted": {language: [answer]}}


def _of_number(structure: JSON, answer_key: JSON, answer: JSON, language: str) -> JSON:
    return {**answer_key, **answer}


def _of_gaps(structure: JSON, answer_key: JSON, answer: JSON, language: str) -> JSON:
    key = dict(answer_key)
    for gap, given in answer.items():
        is_typed = isinstance(answer_key[gap], Mapping)
        key[gap] = _of_text(structure, answer_key[gap], given, language) if is_typed else given
    return key


def _of_set(structure: JSON, answer_key: JSON, answer: JSON, language: str) -> JSON:
    parts = {part["id"]: part for part in structure["parts"]}
    own = {
        part: key_of(parts[part]["type"], parts[part]["structure"], answer_key[part], given, language)
        for part, given in answer.items()
    }
    return {**answer_key, **own}


_MAKERS: dict[str, Maker] = {"shorttext": _of_text, "number": _of_number, "gaps": _of_gaps, "set": _of_set}
