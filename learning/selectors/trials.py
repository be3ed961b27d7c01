"""Reads of trials: courses as they would be if they were published now."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Viewer
from learning.manifest import Node
from learning.models import Activity, Course, Edition, EditionRevision, ReviewState, Trial, TrialEntry
from learning.permissions import may_try
from learning.selectors.centre import CourseText, Shown, outline_of, pick_language

#: A trial is gone so long after it was built last.
LIFE = dt.timedelta(days=1)


def old_trials() -> QuerySet[Trial]:
    """The trials whose day is over."""
    return Trial.objects.filter(built_at__lte=timezone.now() - LIFE)


def own_trial(user: User, course: Course) -> Trial | None:
    """What the viewer tries of a course, or None while nothing is built."""
    found = Trial.objects.filter(made_by__user=user, course=course, built_at__gt=timezone.now() - LIFE)
    return found.defer("papers").select_related("course").order_by("-built_at").first()


def trial_seen_by(viewer: Viewer, trial: uuid.UUID) -> Trial:
    """A trial at its address, for whoever writes or reviews courses.

    Raises:
        Http404: nobody else, and nobody when its day is over.
    """
    found = None
    if may_try(viewer):
        alive = Trial.objects.filter(uuid=trial, built_at__gt=timezone.now() - LIFE)
        found = alive.defer("papers").select_related("course").first()
    if found is None:
        raise Http404(
            _("There is no trial at this address. One lives for a day: open it again from the page in the workshop.")
        )
    return found


def revision_of_trial(trial: Trial) -> EditionRevision:
    """A trial as the revision that it would be; it is in no table, so nothing can point to it."""
    edition = Edition(course=trial.course, number=0, rules=trial.rules)
    return EditionRevision(edition=edition, number=0, outline=trial.outline, digest=trial.digest)


def shown_in_trial(trial: Trial, key: str, language: str) -> Shown:
    """An activity of a trial in the best language, as `shown` gives it of an edition.

    Raises:
        Http404: the trial has no such activity.
    """
    entries: dict[str, TrialEntry] = {}
    course_entries: dict[str, TrialEntry] = {}
    for entry in TrialEntry.objects.filter(Q(key=key) | Q(kind=Activity.Kind.COURSE), trial=trial).defer("body"):
        into = course_entries if entry.kind == Activity.Kind.COURSE else entries
        into[entry.language] = entry
    revision = revision_of_trial(trial)
    node = outline_of(revision).by_key.get(key)
    if node is None or not entries:
        raise Http404(_("There is no such lesson in this trial. It may have been removed since."))
    entry = entries[pick_language(entries, language)]
    course_entry = course_entries[pick_language(course_entries, language)]
    return Shown(
        node=node,
        text=course_entry.body,
        body=entry.body,
        content=entry.digest,
        course_content=course_entry.digest,
        language=entry.language,
        languages=tuple(sorted(entries)),
        course_language=course_entry.language,
        is_reviewed=entry.review_state == ReviewState.REVIEWED,
        revision=revision,
    )


def course_in_trial(trial: Trial, language: str) -> CourseText:
    """The course of a trial in the best language, as `published_course` gives it of an edition."""
    entries = {entry.language: entry for entry in trial.entries.filter(kind=Activity.Kind.COURSE)}
    chosen = pick_language(entries, language)
    return CourseText(
        course=trial.course,
        revision=revision_of_trial(trial),
        language=chosen,
        languages=tuple(sorted(entries)),
        text=entries[chosen].body,
        is_reviewed=not trial.entries.filter(language=chosen, review_state=ReviewState.DRAFT).exists(),
    )


def languages_of_trial(trial: Trial) -> tuple[str, ...]:
    """The languages that a trial has."""
    return tuple(
        trial.entries.filter(kind=Activity.Kind.COURSE).order_by("language").values_list("language", flat=True)
    )


@dataclass(frozen=True)
class Place:
    """Somewhere in a trial that can be looked at, in the order in which officers go; `module` is empty outside one."""

    node: Node | None
    title: str
    module: str = ""


def places_of_trial(trial: Trial, text: Mapping[str, Any]) -> list[Place]:
    """The course itself, and each lesson and test, named in the language of `text`; tests have no title here."""
    found = [Place(None, str(text["title"]))]
    for node in outline_of(revision_of_trial(trial)).children:
        if node.kind == Activity.Kind.QUIZ:
            found.append(Place(node, ""))
            continue
        module = str(text["titles"].get(node.uuid, node.key))
        found += [Place(child, str(text["titles"].get(child.uuid, child.key)), module) for child in node.children]
    return found


def how_far_translated(trial: Trial, key: str) -> dict[str, str]:
    """Language → ``"whole"``, ``"parts"`` (some of it is missing or out of date) or ``"none"``, of one activity."""
    found = dict.fromkeys(languages_of_trial(trial), "none")
    for language, borrowed, behind in trial.entries.filter(key=key).values_list(
        "language", "body__borrowed", "body__behind"
    ):
        found[language] = "parts" if borrowed or behind else "whole"
    return found
