"""Small counts: 1 to 4 never leave the member they belong to (domain rules §4.4)."""

from dataclasses import dataclass

THRESHOLD = 5


@dataclass(frozen=True)
class Cell:
    """A count that may be shown: the number, or that it is small. Zero is zero."""

    value: int | None

    @property
    def is_suppressed(self) -> bool:
        return self.value is None

    def __str__(self) -> str:
        return f"<{THRESHOLD}" if self.value is None else str(self.value)


def suppress(count: int) -> Cell:
    """A count made fit to be shown outside its member.

    Raises:
        ValueError: a negative count.
    """
    if count < 0:
        raise ValueError("A count cannot be negative.")
    return Cell(None if 0 < count < THRESHOLD else count)
