"""What became of awards before there were states for it.

Of a number with several periods in force all but the newest are superseded, and what was revoked gets the row that
says so. Backwards the rows stay: nothing of an award's history is deleted, and an earlier period stays superseded.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def _newer(award):
    later = Q(issued_at__gt=OuterRef("issued_at")) | Q(issued_at=OuterRef("issued_at"), pk__gt=OuterRef("pk"))
    return Exists(award.objects.filter(later, number=OuterRef("number")))


def forwards(apps, schema_editor):
    award = apps.get_model("certificates", "Award")
    change = apps.get_model("certificates", "AwardChange")
    for rows, kind in (
        (award.objects.filter(_newer(award), state="valid"), "superseded"),
        (award.objects.filter(~Exists(change.objects.filter(award=OuterRef("pk"))), state="revoked"), "revoked"),
    ):
        # In portions: each leaves the question once it is done.
        while portion := list(rows.order_by("pk").values_list("pk", flat=True)[:500]):
            change.objects.bulk_create([change(award_id=pk, kind=kind) for pk in portion])
            award.objects.filter(pk__in=portion).update(state=kind)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0009_award_indexes")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
