import uuid

from django.db import migrations, models

import accounts.models.people
from accounts.migrations import GUARDS
from lms.triggers import PutBack, SetAside


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_fill_codes")]

    operations = [
        SetAside(*GUARDS),
        migrations.AlterField("agency", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AlterField("posting", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.AlterField(
            "user",
            "learner_code",
            models.CharField(
                default=accounts.models.people.new_learner_code,
                max_length=16,
                unique=True,
                verbose_name="learner code",
            ),
        ),
        PutBack(*GUARDS),
    ]
