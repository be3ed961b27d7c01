from django.db import migrations

from lms.triggers import ForbidEvent

POOL_OF_NEW = (
    "(SELECT i.pool FROM assessments_item i JOIN assessments_itemversion v ON v.item_id = i.id "
    "WHERE v.id = NEW.version_id) = 'practice'"
)


class Migration(migrations.Migration):
    """Item versions and shelved papers are frozen, and a practice item never stands on a paper (decision 0005)."""

    dependencies = [("assessments", "0001_initial")]

    operations = [
        ForbidEvent("itemversion_not_changed", "assessments_itemversion", "UPDATE", "An item version is frozen."),
        ForbidEvent("itemversion_not_deleted", "assessments_itemversion", "DELETE", "An item version is frozen."),
        ForbidEvent("editionitem_not_changed", "assessments_editionitem", "UPDATE", "An edition is frozen."),
        ForbidEvent("editionitem_not_deleted", "assessments_editionitem", "DELETE", "An edition is frozen."),
        ForbidEvent(
            "practice_not_shelved",
            "assessments_editionitem",
            "INSERT",
            "A practice item is never drawn in a test.",
            condition=POOL_OF_NEW,
        ),
        ForbidEvent(
            "practice_not_on_paper",
            "assessments_response",
            "INSERT",
            "A practice item is never drawn in a test.",
            condition=POOL_OF_NEW,
        ),
        ForbidEvent(
            "paper_not_redrawn", "assessments_response", "UPDATE OF version_id", "A paper is drawn once."
        ),
        ForbidEvent(
            "answer_not_changed_after_hand_in",
            "assessments_response",
            "UPDATE",
            "This attempt was handed in.",
            condition="(SELECT a.submitted_at FROM assessments_attempt a WHERE a.id = OLD.attempt_id) IS NOT NULL",
        ),
        ForbidEvent(
            "attempt_not_reopened",
            "assessments_attempt",
            "UPDATE",
            "This attempt was handed in.",
            condition="(OLD.submitted_at IS NOT NULL)",
        ),
        ForbidEvent(
            "item_type_not_changed",
            "assessments_item",
            "UPDATE OF type",
            "The type of an item never changes.",
            condition="(NEW.type <> OLD.type)",
        ),
        ForbidEvent(
            "item_pool_not_changed",
            "assessments_item",
            "UPDATE OF pool",
            "The pool of an item never changes.",
            condition="(NEW.pool <> OLD.pool)",
        ),
    ]
