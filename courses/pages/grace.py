"""How long a translation may be behind for corrections that keep the meaning.

Nothing here makes a text current: the desk goes on showing it as out of date. It says up to which day the words of
before may still be asked in a test, and that signatures of the review hold as long.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from courses.pages.models import LessonPage, MeaningKept
from courses.pages.selectors import Renderings
from courses.pages.translation import Rendering, source_parts
from learning.models import Course
from learning.selectors import grace_days

#: The place of a question, before its key.
QUESTIONS = "questions"


class Kept(NamedTuple):
    """One correction of a text that kept its meaning, and the day on which it went out."""

    made_from: str
    made: str
    day: dt.date


def behind_since(corrections: Sequence[Kept], made_from: str, now: str) -> dt.date | None:
    """Since when a translation is behind, where every correction in between kept the meaning; None where one did not.

    A chain of corrections counts from its first. Where a text was put back in between, so that the translation was
    current again, it counts from the correction after that.

    Arguments:
        corrections: of one text, oldest first.
        made_from, now: digests of what the translation was made from, and of the source of today.
    """
    reached = {now}
    for each in reversed(corrections):
        if each.made in reached:
            if each.made_from == made_from:
                return each.day
            reached.add(each.made_from)
    return None


@dataclass(frozen=True)
class Grace:
    """The grace of a course on a day: how many days, and by place the corrections that kept the meaning."""

    days: int = 0
    today: dt.date = field(default_factory=timezone.localdate)
    corrections: Mapping[str, Sequence[Kept]] = field(default_factory=dict)

    def until(self, place: str, made_from: str, now: str) -> dt.date | None:
        """The last day on which a translation that is behind may still be asked; None where it may not today."""
        if not self.days or place not in self.corrections:
            return None
        since = behind_since(self.corrections[place], made_from, now)
        last = since + dt.timedelta(days=self.days) if since else None
        return last if last is not None and last >= self.today else None

    def of_question(self, key: str, made_from: str, now: str) -> dt.date | None:
        """The same for the wording of a question."""
        return self.until(f"{QUESTIONS}/{key}", made_from, now)

    def parts(self, shown: Rendering) -> dict[str, dt.date]:
        """The parts of a lesson in a language that are behind and may still be asked, each with its last day."""
        source = shown.source
        if not isinstance(source, LessonPage) or shown.own is None or shown.is_source:
            return {}
        if not self.days or not any(place.startswith(f"{source.key}/") for place in self.corrections):
            return {}
        found = {}
        for part, digest in source_parts(source).items():
            made_from = shown.basis.get(part)
            if made_from and made_from != digest:
                last = self.until(f"{source.key}/{part}", made_from, digest)
                if last is not None:
                    found[part] = last
        return found

    def settled(self, shown: Rendering) -> Rendering:
        """A rendering in which whatever is within the grace counts as current."""
        parts = self.parts(shown)
        if not parts:
            return shown
        now = source_parts(shown.source)
        return replace(shown, basis={**shown.basis, **{part: now[part] for part in parts}})

    def settled_all(self, shown: Renderings) -> Renderings:
        """The same for all lessons of a language."""
        return replace(shown, lessons={key: self.settled(each) for key, each in shown.lessons.items()})


def grace_of(course: Course) -> Grace:
    """The grace of a course today. A correction that is not on the shelf yet counts as if it went there now."""
    days = grace_days()
    today = timezone.localdate()
    corrections: dict[str, list[Kept]] = {}
    if days:
        # What is not on the shelf yet comes last.
        rows = MeaningKept.objects.filter(course=course).order_by(F("in_force_at").asc(nulls_last=True), "pk")
        for row in rows:
            day = timezone.localdate(row.in_force_at) if row.in_force_at else today
            corrections.setdefault(row.place, []).append(Kept(row.from_digest, row.to_digest, day))
    return Grace(days, today, corrections)
