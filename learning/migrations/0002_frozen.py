from django.db import migrations

from lms.triggers import ForbidEvent

FROZEN = ["learning_frozencontent", "learning_editionrevision", "learning_manifestentry", "learning_edition"]


class Migration(migrations.Migration):
    """What was published stays as it was."""

    dependencies = [("learning", "0001_initial")]

    operations = [
        ForbidEvent(f"{table.removeprefix('learning_')}_not_{word}", table, event, "An edition is frozen.")
        for table in FROZEN
        for event, word in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ]
