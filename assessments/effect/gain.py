"""Learning gain from a pre-test to a final test (indicator I3 of domain rules §4.4). Pure.

The normalised gain is the share of what could still be learned that was learned: (after - before) / (100 - before). It
was brought in for whole classes, from their means: R. R. Hake, “Interactive-engagement versus traditional methods”,
Am. J. Phys. 66 (1998), 64-74. Others take the mean of the gains of single people. The two differ, so both are worked
out and each says which it is: `of_class` is Hake's <g>, `of_people` the mean of single gains.

Whoever had everything right before has no normalised gain, and counts in the points and in <g> only. A loss counts with
the same formula, so one person who had nearly everything right and then lost weighs heavily in `of_people`; <g> bears
that better.
"""

from dataclasses import dataclass

FULL = 100.0


def points_of(before: float, after: float) -> float:
    """What was gained in percent points; less than 0 for a loss."""
    return after - before


def normalised(before: float, after: float) -> float | None:
    """What was gained of what could be; None where everything was right before."""
    return None if before >= FULL else (after - before) / (FULL - before)


@dataclass(frozen=True)
class Gains:
    """The gains of a group.

    Attributes:
        people: how many have both results.
        before, after: the mean results in percent.
        points: the mean of the gains in percent points.
        of_class: Hake's <g>, from the means; None where all had everything right before.
        of_people: the mean of the normalised gains of people; None where nobody has one.
        full: how many had everything right before, and so have no normalised gain.
        losses: how many did worse afterwards.
    """

    people: int
    before: float
    after: float
    points: float
    of_class: float | None
    of_people: float | None
    full: int
    losses: int


@dataclass
class Sums:
    """What is kept of a group while its results stream by."""

    people: int = 0
    before: float = 0.0
    after: float = 0.0
    normalised: float = 0.0
    full: int = 0
    losses: int = 0

    def add(self, before: float, after: float) -> None:
        """One person's results in percent."""
        self.people += 1
        self.before += before
        self.after += after
        self.losses += after < before
        own = normalised(before, after)
        if own is None:
            self.full += 1
        else:
            self.normalised += own

    def gains(self) -> Gains | None:
        """The gains of the group; None while nobody is in it."""
        if not self.people:
            return None
        before, after = self.before / self.people, self.after / self.people
        alone = self.people - self.full
        return Gains(
            people=self.people,
            before=before,
            after=after,
            points=points_of(before, after),
            # All full means that the sum is full; a mean that is 100 by rounding alone cannot be.
            of_class=normalised(before, after) if alone else None,
            of_people=self.normalised / alone if alone else None,
            full=self.full,
            losses=self.losses,
        )
