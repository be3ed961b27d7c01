"""What becomes of an answer that arrives: pure functions on values. Nothing here reads a clock or a database.

Answers come out of order: a phone sends again what was acknowledged on a broken link, a laptop was closed for an hour,
two windows are open. One device is in order by itself, because it counts what it sends; between devices an answer
replaces only what its sender had seen. Source: decision 0034.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from learning.manifest import digest_of


class Verdict(enum.StrEnum):
    """What becomes of an answer."""

    APPLY = "apply"  # it counts from now on
    REPLAY = "replay"  # it is what is saved: the same receipt, and nothing changes
    CONFLICT = "conflict"  # its sender had not seen what was saved in the meantime
    OLDER = "older"  # the same device had saved a later one
    LATE = "late"  # the time was over, or the test was handed in
    REPLACED = "replaced"  # another device had taken over


@dataclass(frozen=True)
class Saved:
    """What is saved of one question.

    Attributes:
        answer: None while nothing is.
        edits: how often it was saved.
        device: which saved last; empty for a form without a device.
        sequences: device → the highest number taken from it.
    """

    answer: Any | None = None
    edits: int = 0
    device: str = ""
    sequences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Incoming:
    """What arrives.

    Attributes:
        seen: `Saved.edits` as it was when its form was shown.
        device, sequence: who sent it, and its number there, from 1; empty and 0 for a form without a script.
    """

    answer: Any
    seen: int
    device: str = ""
    sequence: int = 0

    @property
    def is_numbered(self) -> bool:
        """Whether its device says in which order its answers were given."""
        return bool(self.device) and self.sequence > 0


def verdict(saved: Saved, incoming: Incoming, *, is_closed: bool = False, is_replaced: bool = False) -> Verdict:
    """What becomes of an answer.

    Arguments:
        is_closed: the time with its grace is over, or the test was handed in.
        is_replaced: another device has taken over.
    """
    if saved.answer is not None and saved.answer == incoming.answer and saved.edits:
        return Verdict.REPLAY
    if is_closed:
        return Verdict.LATE
    if is_replaced:
        return Verdict.REPLACED
    if incoming.is_numbered:
        highest = saved.sequences.get(incoming.device, 0)
        if incoming.sequence < highest:
            return Verdict.OLDER
        if incoming.sequence == highest:
            # It counted once, and another device has saved since.
            return Verdict.CONFLICT
        if saved.device == incoming.device:
            return Verdict.APPLY
    return Verdict.APPLY if incoming.seen == saved.edits else Verdict.CONFLICT


def after(saved: Saved, incoming: Incoming, found: Verdict) -> Saved:
    """What is saved then; the same object where nothing is to be written.

    A replay with a new number is written down as taken: an answer that the device gave before it, and that comes late,
    must not count any more.
    """
    is_new = incoming.is_numbered and incoming.sequence > saved.sequences.get(incoming.device, 0)
    sequences = {**saved.sequences, incoming.device: incoming.sequence} if is_new else saved.sequences
    if found == Verdict.APPLY:
        device = incoming.device if incoming.is_numbered else ""
        return Saved(answer=incoming.answer, edits=saved.edits + 1, device=device, sequences=sequences)
    return replace(saved, sequences=sequences) if found == Verdict.REPLAY and is_new else saved


def fingerprint(attempt: str, position: int, edits: int, answer: Any) -> str:
    """SHA-256 of what was stored, which anybody can work out again from the download of one's own data.

    Of the JSON object ``{"answer", "attempt", "edits", "position"}`` with sorted keys, without white space, in UTF-8.
    """
    return digest_of({"answer": answer, "attempt": attempt, "edits": edits, "position": position})
