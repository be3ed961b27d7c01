import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """A paper that its officer lets the trainer see."""

    dependencies = [("assessments", "0012_correction_runs")]

    operations = [
        migrations.CreateModel(
            name="SittingShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shared_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="assessments.attempt",
                    ),
                ),
            ],
            options={
                "ordering": ["shared_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("attempt",), name="one_share_of_a_paper"
                    )
                ],
            },
        ),
    ]
