from accounts.personal_data import holds, holds_none
from assessments.models import Attempt, Bank, EditionItem, Item, ItemVersion, ItemWording, Response

holds_none(Bank, Item, ItemVersion, ItemWording, EditionItem)
holds(
    Attempt,
    person="enrolment__actor__user",
    fields={"right": "the result of a test: training data, never given to superiors"},
    keep="24 months, then statistics only",
    erasure="unlink",
)
holds(
    Response,
    person="attempt__enrolment__actor__user",
    fields={"answer": "needed to grade, to explain and to hear an appeal"},
    keep="24 months, then statistics only",
    erasure="delete",
)
