from django.db import migrations, models

from accounts.migrations import AUDIT_GUARDS


class Migration(migrations.Migration):
    """Every entry has its place in the chain, and the guards stand again."""

    dependencies = [("accounts", "0008_chain_the_audit_log")]

    operations = [
        migrations.AlterField("auditevent", "number", models.PositiveBigIntegerField(unique=True)),
        migrations.AlterField("auditevent", "address", models.CharField(blank=True, max_length=45)),
        migrations.AlterField("auditevent", "previous", models.CharField(max_length=64)),
        migrations.AlterField("auditevent", "digest", models.CharField(max_length=64)),
        migrations.AlterModelOptions("auditevent", {"ordering": ["-number"]}),
        migrations.AddIndex("auditevent", models.Index(fields=["action", "number"], name="audit_by_action")),
        *AUDIT_GUARDS,
    ]
