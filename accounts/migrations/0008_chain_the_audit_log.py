import datetime as dt
import hashlib
import json

from django.db import migrations

BATCH = 1000
GENESIS = "0" * 64


def chain(apps, schema_editor):
    """Number the entries in the order in which they were written, and let each follow on the one before.

    The digest is that of `accounts.chain` on the day of this migration. Where an entry of old holds a number with a
    point, its digest covers what the database gives back, as everywhere.
    """
    event_model = apps.get_model("accounts", "AuditEvent")
    number, digest, batch = 0, GENESIS, []

    def write():
        event_model.objects.bulk_update(batch, ["number", "address", "previous", "digest"], batch_size=200)
        batch.clear()

    for event in event_model.objects.order_by("pk").iterator(chunk_size=BATCH):
        number += 1
        event.number, event.address, event.previous = number, "", digest
        said = {
            "number": number,
            "at": event.at.astimezone(dt.timezone.utc).isoformat(timespec="microseconds"),
            "actor": str(event.actor_id) if event.actor_id else None,
            "action": event.action,
            "target": event.target,
            "member": event.member_id,
            "reason": event.reason,
            "details": event.details,
            "address": "",
            "previous": digest,
        }
        digest = hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        event.digest = digest
        batch.append(event)
        if len(batch) == BATCH:
            write()
    write()
    apps.get_model("accounts", "AuditHead").objects.create(pk=1, count=number, digest=digest)


def unchain(apps, schema_editor):
    """Forget the chain; the entries stay."""
    apps.get_model("accounts", "AuditHead").objects.all().delete()


class Migration(migrations.Migration):
    """The entries that there are, as a chain."""

    dependencies = [("accounts", "0007_audit_chain")]

    operations = [migrations.RunPython(chain, unchain)]
