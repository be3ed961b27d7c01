"""The rules that applied to an attempt: written on it when they applied, and said in words.

`Attempt.notes` is a list of ``{"rule": one of below, "at": ISO 8601, …}`` in their order.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Attempt
from lms.text import isolate

#: A limit of time: ``minutes``, and ``extra`` in percent.
TIME = "time"
#: An answer (``position``), or handing in (none), counted within the grace: ``seconds`` late, of ``grace``.
GRACE = "grace"
#: The time was over: handed in with what was saved.
CLOSED = "closed"
#: An answer (``position``) did not count and is kept: as the reasons of `StrayAnswer`.
CONFLICT, LATE, OLDER, REPLACED = "conflict", "late", "older", "replaced"
#: Questions that the person had before, because the bank had no others: ``count``.
REPEATED = "repeated"
#: The window of an exam: it ``closes`` then, and the attempt with it.
WINDOW = "window"
#: What was right is shown after each question, so an answer is final once it is saved.
AT_ONCE = "at_once"
#: An exam was gone on with on another device.
DEVICE = "device"

#: It is sat on paper: drawn then. Handed in, ``sat`` says from when to when, ISO 8601, and what was typed counts.
ON_PAPER = "on_paper"

#: A rule that applies again and again is written for each question once, and never more than so many lines in all.
MOST = 400


@dataclass(frozen=True)
class Note:
    """One rule that applied, in words."""

    text: str
    at: dt.datetime | None


def add_note(attempt: Attempt, rule: str, at: dt.datetime, **about: Any) -> bool:
    """Write a rule on an attempt that is not handed in; the caller saves it. Says whether there was anything new."""
    notes = list(attempt.notes or ())
    is_known = any(each["rule"] == rule and each.get("position") == about.get("position") for each in notes)
    if len(notes) >= MOST or (is_known and rule != DEVICE):
        return False
    attempt.notes = [*notes, {"rule": rule, "at": at.isoformat(), **about}]
    return True


def notes_in_words(attempt: Attempt) -> list[Note]:
    """The rules that applied to an attempt, for the officer and whoever hears an appeal; unknown ones are left out."""
    found = []
    for each in attempt.notes or ():
        words = _WORDS.get(each["rule"])
        if words:
            found.append(Note(words(each), parse_datetime(each["at"])))
    return found


def tells_at_once(attempt: Attempt) -> bool:
    """Whether an answer is final once it is saved, because what was right is shown then."""
    return any(each["rule"] == AT_ONCE for each in attempt.notes or ())


def is_on_paper(attempt: Attempt) -> bool:
    """Whether an attempt is sat on paper, and so not on screen."""
    return any(each["rule"] == ON_PAPER for each in attempt.notes or ())


def _time(note: Mapping[str, Any]) -> str:
    words = ngettext("The time was %(minutes)d minute.", "The time was %(minutes)d minutes.", note["minutes"])
    said = words % {"minutes": note["minutes"]}
    if not note.get("extra"):
        return said
    return _("%(time)s Your extra time of %(percent)d %% was added.") % {"time": said, "percent": note["extra"]}


def _grace(note: Mapping[str, Any]) -> str:
    if note.get("position"):
        words = _("Question %(position)d was saved %(seconds)d s after the time. It counts: %(grace)d s are allowed.")
    else:
        words = _("It was handed in %(seconds)d s after the time. It counts: %(grace)d s are allowed.")
    return words % note


def _closed(note: Mapping[str, Any]) -> str:
    return _("The time was over, so the test was handed in with what was saved.")


def _repeated(note: Mapping[str, Any]) -> str:
    words = ngettext(
        "%(count)d question was asked that you had had before: the bank had no other.",
        "%(count)d questions were asked that you had had before: the bank had no others.",
        note["count"],
    )
    return words % {"count": note["count"]}


def _window(note: Mapping[str, Any]) -> str:
    closes = parse_datetime(note["closes"])
    return _("The exam closes at %(time)s UTC.") % {"time": isolate(f"{closes:%Y-%m-%d %H:%M}") if closes else "–"}


def _of_question(words: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda note: words() % {"position": note.get("position", 0)}


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    TIME: _time,
    GRACE: _grace,
    CLOSED: _closed,
    CONFLICT: _of_question(
        lambda: _("Question %(position)d: two windows or devices sent different answers. The one saved first was kept.")
    ),
    LATE: _of_question(lambda: _("Question %(position)d: an answer came after the time and did not count.")),
    OLDER: _of_question(lambda: _("Question %(position)d: an older answer came after a later one and did not count.")),
    REPLACED: _of_question(
        lambda: _("Question %(position)d: an answer came from a device that was replaced and did not count.")
    ),
    DEVICE: lambda note: _("The exam was gone on with on another device."),
    AT_ONCE: lambda note: _("What was right was shown after each question, so each answer was final."),
    REPEATED: _repeated,
    WINDOW: _window,
    ON_PAPER: lambda note: _("It was sat on paper. Two people read the answers from it."),
}
