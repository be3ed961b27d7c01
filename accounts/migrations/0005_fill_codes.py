import csv
import uuid
from pathlib import Path

from django.db import migrations

from accounts.models.people import new_learner_code

MEMBERS_FILE = Path(__file__).parent.parent / "data" / "members.csv"
BATCH = 1000


def fill(apps, schema_editor):
    """Give every row that was there before its own code."""
    for name, field, make in (
        ("Agency", "uuid", uuid.uuid4),
        ("Posting", "uuid", uuid.uuid4),
        ("User", "learner_code", new_learner_code),
    ):
        model = apps.get_model("accounts", name)
        batch = []
        for row in model.objects.filter(**{field: None}).only("pk").iterator(chunk_size=BATCH):
            setattr(row, field, make())
            batch.append(row)
            if len(batch) == BATCH:
                model.objects.bulk_update(batch, [field])
                batch = []
        model.objects.bulk_update(batch, [field])
    with MEMBERS_FILE.open(encoding="utf-8", newline="") as file:
        languages = {row["code"]: row["languages"].split() for row in csv.DictReader(file)}
    for member in apps.get_model("accounts", "Member").objects.filter(languages=[], code__in=languages):
        member.languages = languages[member.code]
        member.save(update_fields=["languages"])


class Migration(migrations.Migration):
    """Codes and uuids for the rows that there are; languages for members of the shipped list."""

    dependencies = [("accounts", "0004_people_and_members")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
