from django.db import migrations

from lms.triggers import ForbidEvent


class Migration(migrations.Migration):
    """An award is never deleted: whoever holds the paper may ask."""

    dependencies = [("certificates", "0001_initial")]

    operations = [ForbidEvent("award_not_deleted", "certificates_award", "DELETE", "An award is never deleted.")]
