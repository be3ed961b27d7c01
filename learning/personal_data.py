from accounts.personal_data import holds, holds_none
from learning.models import (
    Activity,
    ActivityProgress,
    Course,
    CourseProgress,
    Edition,
    EditionRevision,
    Enrolment,
    FrozenContent,
    ManifestEntry,
)

holds_none(Course, Activity, Edition, FrozenContent, ManifestEntry)
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
    fields={"course": "what the person learns", "member": "whose officer it was", "agency": "of which service"},
    keep="validity of the certificate and 5 years",
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
