import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What an item analysis of a test found."""

    dependencies = [("assessments", "0016_question_files"), ("learning", "0011_language_rules")]

    operations = [
        migrations.CreateModel(
            name="TestAnalysis",
            fields=[
                (
                    "activity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="learning.activity",
                    ),
                ),
                ("figures", models.JSONField()),
                ("basis", models.JSONField(default=dict)),
                ("worked_out_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked_at", models.DateTimeField(null=True)),
            ],
            options={"verbose_name_plural": "test analyses"},
        ),
    ]
