from django.db import migrations, models

from lms.triggers import ForbidEvent, Withdraw, older_than

OLD = older_than("OLD.received_at", 24)
#: The new statement is the old one without what was answered. JSON is compared, not its spelling.
ONLY_THE_RESPONSE_GONE = {
    "sqlite": "json(NEW.statement) = json(json_remove(OLD.statement, '$.result.response'))",
    "postgresql": "NEW.statement = OLD.statement #- '{result,response}'",
}


class Migration(migrations.Migration):
    """24 months after a statement came in, its response may be dropped, and nothing else of it (decision 0022)."""

    dependencies = [("xapi", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["received_at"], name="statement_by_received_at"),
        ),
        Withdraw("statement_not_changed", "xapi_statement", "UPDATE", "The learning record is append-only."),
        ForbidEvent(
            "statement_not_changed",
            "xapi_statement",
            "UPDATE OF id, uuid, actor_id, verb, object_id, registration, digest, source, device, sequence, "
            "occurred_at, received_at",
            "The learning record is append-only.",
        ),
        ForbidEvent(
            "statement_only_aged",
            "xapi_statement",
            "UPDATE OF statement",
            "The learning record is append-only.",
            condition={vendor: f"NOT ({OLD[vendor]} AND {ONLY_THE_RESPONSE_GONE[vendor]})" for vendor in OLD},
        ),
    ]
