from django.db import migrations

from lms.triggers import ForbidEvent, Withdraw, older_than

SUBMITTED = "(SELECT a.submitted_at FROM assessments_attempt a WHERE a.id = OLD.attempt_id)"
HANDED_IN = f"{SUBMITTED} IS NOT NULL"


class Migration(migrations.Migration):
    """24 months after a test was handed in, its answers may be dropped, and nothing else about it (decision 0022)."""

    dependencies = [("assessments", "0003_wording_translated_from")]

    operations = [
        Withdraw(
            "answer_not_changed_after_hand_in",
            "assessments_response",
            "UPDATE",
            "This attempt was handed in.",
            condition=HANDED_IN,
        ),
        ForbidEvent(
            "answer_not_changed_after_hand_in",
            "assessments_response",
            'UPDATE OF attempt_id, "position", version_id, option_order, answered_at, edits, language, content_id, '
            "is_right",
            "This attempt was handed in.",
            condition=HANDED_IN,
        ),
        ForbidEvent(
            "answer_only_dropped_when_old",
            "assessments_response",
            "UPDATE OF answer",
            "This attempt was handed in.",
            condition={
                vendor: f"({HANDED_IN}) AND NOT (NEW.answer IS NULL AND {old})"
                for vendor, old in older_than(SUBMITTED, 24).items()
            },
        ),
    ]
