from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0012_key_backups")]

    operations = [
        migrations.AddField(
            model_name="evidence", name="checked", field=models.JSONField(blank=True, default=dict)
        ),
    ]
