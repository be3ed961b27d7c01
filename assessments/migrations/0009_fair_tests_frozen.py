from django.db import migrations

from lms.triggers import ForbidEvent, Withdraw

HANDED_IN = "(SELECT a.submitted_at FROM assessments_attempt a WHERE a.id = OLD.attempt_id) IS NOT NULL"
GUARDED = 'attempt_id, "position", version_id, option_order, answered_at, edits, language, content_id, is_right'


class Migration(migrations.Migration):
    """The score and the devices of an answer are frozen with it; corrections and what follows from them only add."""

    dependencies = [("assessments", "0008_fair_tests")]

    operations = [
        Withdraw(
            "answer_not_changed_after_hand_in",
            "assessments_response",
            f"UPDATE OF {GUARDED}",
            "This attempt was handed in.",
            condition=HANDED_IN,
        ),
        ForbidEvent(
            "answer_not_changed_after_hand_in",
            "assessments_response",
            f"UPDATE OF {GUARDED}, score, device, sequences",
            "This attempt was handed in.",
            condition=HANDED_IN,
        ),
        ForbidEvent("correction_not_changed", "assessments_correction", "UPDATE", "A correction is kept as it was."),
        ForbidEvent("correction_not_deleted", "assessments_correction", "DELETE", "A correction is kept as it was."),
        ForbidEvent("regrade_not_changed", "assessments_regrade", "UPDATE", "A regrade is kept as it was."),
        ForbidEvent("reopening_not_changed", "assessments_reopening", "UPDATE", "A reopening is kept as it was."),
        ForbidEvent("reopening_not_deleted", "assessments_reopening", "DELETE", "A reopening is kept as it was."),
    ]
