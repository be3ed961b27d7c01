from django.db import migrations

from lms.triggers import ForbidEvent, older_than


class Migration(migrations.Migration):
    """The name on a certificate never changes, and is removed only 5 years after its validity (decision 0022)."""

    dependencies = [("certificates", "0002_kept")]

    operations = [
        ForbidEvent(
            "award_name_kept",
            "certificates_award",
            "UPDATE OF holder_name",
            "The name on a certificate is kept.",
            condition={
                vendor: f"(NEW.holder_name <> OLD.holder_name) AND NOT (NEW.holder_name = '' AND {old})"
                for vendor, old in older_than("OLD.valid_until", 60).items()
            },
        ),
    ]
