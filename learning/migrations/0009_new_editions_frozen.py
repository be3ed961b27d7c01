from django.db import migrations

from lms.triggers import ForbidEvent

FROZEN = ["learning_delta", "learning_refresher", "learning_editionmove"]


class Migration(migrations.Migration):
    """What a new edition asked, and how an officer came to it, stays as it was."""

    dependencies = [("learning", "0008_new_editions")]

    operations = [
        ForbidEvent(f"{table.removeprefix('learning_')}_not_{word}", table, event, "This is kept as it was.")
        for table in FROZEN
        for event, word in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ]
