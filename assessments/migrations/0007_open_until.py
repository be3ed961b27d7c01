from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_source_text")]

    operations = [
        migrations.AddField(
            model_name="editionitem",
            name="open_until",
            field=models.DateField(null=True),
        ),
    ]
