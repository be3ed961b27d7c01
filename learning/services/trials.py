"""Keeping a course as it would be if it were published now."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import actor_of, audit
from learning.manifest import Outline, Rules, digest_of
from learning.models import Course, Trial, TrialEntry
from learning.permissions import may_try
from learning.services.editions import Draft


@transaction.atomic
def keep_trial(
    *,
    by: User,
    course: Course,
    basis: str,
    rules: Rules,
    outline: Outline,
    drafts: Sequence[Draft],
    papers: Mapping[str, Any],
    problems: Sequence[str],
) -> Trial:
    """Keep what a person would publish of a course, in place of what the same person tried of it before.

    Its address stays the same from build to build, so that one given to a reviewer goes on working. Nothing of it is
    frozen: editions and their contents are not touched. Activities may be ones that do not exist yet.

    Arguments:
        basis: the state of the workshop that it was built from.
        papers: key of a test → the questions that it may draw.
        problems: what was left out, in words.

    Raises:
        accounts.permissions.Refused: the person neither writes nor reviews courses.
    """
    if not may_try(by):
        raise Refused(_("Your role neither writes nor reviews courses."))
    entries = {
        (draft.activity.key, draft.language): TrialEntry(
            key=draft.activity.key,
            kind=draft.activity.kind,
            language=draft.language,
            digest=digest_of({"body": draft.body, "source": draft.source}),
            body=draft.body,
            review_state=draft.review_state,
        )
        for draft in drafts
    }
    digest = digest_of(
        {
            "rules": rules.as_json(),
            "outline": outline.as_json(),
            "entries": sorted((key, language, entry.digest) for (key, language), entry in entries.items()),
            "papers": papers,
        }
    )
    trial, _made = Trial.objects.select_for_update(of=("self",)).update_or_create(
        made_by=actor_of(by),
        course=course,
        defaults={
            "basis": basis,
            "digest": digest,
            "rules": rules.as_json(),
            "outline": outline.as_json(),
            "papers": dict(papers),
            "problems": list(problems),
            "built_at": timezone.now(),
        },
    )
    same = set()
    for pk, key, language, content, state in trial.entries.values_list(
        "pk", "key", "language", "digest", "review_state"
    ):
        entry = entries.get((key, language))
        if entry is not None and (entry.digest, str(entry.review_state)) == (content, state):
            same.add(pk)
            del entries[key, language]
    trial.entries.exclude(pk__in=same).delete()
    for entry in entries.values():
        entry.trial = trial
    TrialEntry.objects.bulk_create(entries.values(), batch_size=200)
    audit(by=by, action="trial.built", target=f"learning.course:{course.uuid}", details={"digest": digest})
    return trial
