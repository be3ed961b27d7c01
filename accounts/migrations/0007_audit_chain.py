import django.utils.timezone
from django.db import migrations, models

from accounts.migrations import OLD_AUDIT_GUARDS
from lms.triggers import Withdraw


class Migration(migrations.Migration):
    """The audit log becomes a chain. Its guards are away until 0009, because the entries that there are get a number."""

    dependencies = [("accounts", "0006_codes_are_unique")]

    operations = [
        *(Withdraw(guard.name, guard.table, guard.event, guard.message) for guard in OLD_AUDIT_GUARDS),
        migrations.AddField("auditevent", "number", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("auditevent", "address", models.CharField(blank=True, max_length=45, null=True)),
        migrations.AddField("auditevent", "previous", models.CharField(max_length=64, null=True)),
        migrations.AddField("auditevent", "digest", models.CharField(max_length=64, null=True)),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="audit_head_stands_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSegment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveBigIntegerField(unique=True)),
                ("last", models.PositiveBigIntegerField(unique=True)),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["first"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="audit_segment_holds_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("count", models.PositiveBigIntegerField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("differences", models.JSONField(default=list)),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
    ]
