from accounts.personal_data import holds, holds_none
from learning.models import (
    Activity,
    ActivityProgress,
    Class,
    ClassTrainer,
    Course,
    CourseProgress,
    Edition,
    EditionRevision,
    Enrolment,
    FrozenContent,
    ManifestEntry,
    Nomination,
    Seats,
)

holds_none(Course, Activity, Edition, FrozenContent, ManifestEntry, Class, Seats)
holds(
    EditionRevision,
    person="published_by__user",
    fields={"published_by": "who answers for a publication"},
    keep="as long as the edition",
    erasure="unlink",
)
holds(
    Enrolment,
    person="actor__user",
    fields={
        "course": "what the person learns",
        "klass": "with whom the person learns",
        "member": "whose officer it was",
        "agency": "of which service",
    },
    keep="validity of the certificate and 5 years",
    erasure="unlink",
)
holds(
    ClassTrainer,
    person="actor__user",
    fields={"klass": "which class the person teaches, for those who sit in it"},
    keep="as the enrolments of the class",
    erasure="unlink",
)
holds(
    Nomination,
    person="person__user",
    fields={
        "course": "for what the person was nominated",
        "member": "whose officer it was",
        "agency": "of which service",
        "reason": "why it was returned, for the coordinator",
        "enrolment": "what came of it",
        "proposed_by": "who answers for the proposal",
        "decided_by": "who answers for the decision",
    },
    keep="as the enrolment; 12 months where it came to none",
    erasure="unlink",
)
holds(
    ActivityProgress,
    person="enrolment__actor__user",
    fields={"completed_at": "how far the person is", "score": "training data, never given to superiors"},
    keep="as the enrolment",
    erasure="unlink",
)
holds(
    CourseProgress,
    person="enrolment__actor__user",
    fields={"completed_at": "whether the course is done"},
    keep="as the enrolment",
    erasure="unlink",
)
