from django.db import migrations

from lms.triggers import ForbidEvent


class Migration(migrations.Migration):
    """The record only grows, whoever writes to it."""

    dependencies = [("xapi", "0001_initial")]

    operations = [
        ForbidEvent("statement_not_changed", "xapi_statement", "UPDATE", "The learning record is append-only."),
        ForbidEvent("statement_not_deleted", "xapi_statement", "DELETE", "The learning record is append-only."),
    ]
