from django.db import migrations, models

from lms.triggers import ForbidEvent, Withdraw

KEPT = "enrolment_id, activity_id, reason, reopened_by_id, reopened_at"


class Migration(migrations.Migration):
    """In which time zone an exam was announced; and a reopening may be marked as told, and in nothing else changed."""

    dependencies = [("assessments", "0010_record_due")]

    operations = [
        migrations.AddField("exam", "time_zone", models.CharField(max_length=40, null=True, verbose_name="time zone")),
        Withdraw("reopening_not_changed", "assessments_reopening", "UPDATE", "A reopening is kept as it was."),
        migrations.AddField("reopening", "told_at", models.DateTimeField(null=True)),
        ForbidEvent(
            "reopening_not_changed", "assessments_reopening", f"UPDATE OF {KEPT}", "A reopening is kept as it was."
        ),
    ]
