from django.db import migrations

from lms.triggers import ForbidEvent


class Migration(migrations.Migration):
    """The audit log only grows."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        ForbidEvent("auditevent_not_changed", "accounts_auditevent", "UPDATE", "The audit log is append-only."),
        ForbidEvent("auditevent_not_deleted", "accounts_auditevent", "DELETE", "The audit log is append-only."),
    ]
