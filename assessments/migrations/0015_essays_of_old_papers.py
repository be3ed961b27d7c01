from django.db import migrations

BATCH = 1000


def queue_old_essays(apps, schema_editor):
    """Essays of papers that were handed in before there was a queue wait for a marker too."""
    response_rows, essay_rows = apps.get_model("assessments", "Response"), apps.get_model("assessments", "Essay")
    rows = response_rows.objects.filter(
        version__item__type="essay", attempt__submitted_at__isnull=False, answer__isnull=False, essay=None
    ).order_by("pk")
    at = 0
    while batch := list(rows.filter(pk__gt=at).values_list("pk", "attempt__activity", "language")[:BATCH]):
        at = batch[-1][0]
        essay_rows.objects.bulk_create(
            essay_rows(response_id=pk, activity_id=activity, language=language) for pk, activity, language in batch
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_essays")]

    operations = [migrations.RunPython(queue_old_essays, migrations.RunPython.noop)]
