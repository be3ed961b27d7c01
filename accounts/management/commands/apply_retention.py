import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services import apply_retention


class Command(BaseCommand):
    help = (
        "Apply the rules of retention, as the daily job does: what a rule finds for the first time is only reported. "
        "--plan changes nothing and says what is due."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", action="store_true", help="only show what is due")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, plan: bool, **options: Any) -> None:
        outcomes = apply_retention(plan=plan)
        if options["json"]:
            lines = [
                {
                    "rule": each.rule.name,
                    "does": each.rule.does,
                    "state": each.state,
                    "rows": each.rows,
                    "oldest_at": each.oldest_at.isoformat() if each.oldest_at else None,
                    "applies_on": each.applies_on.isoformat() if each.applies_on else None,
                }
                for each in outcomes
            ]
            self.stdout.write(json.dumps(lines, indent=1))
            return
        for each in outcomes:
            since = f", the oldest of {each.oldest_at:%Y-%m-%d}" if each.oldest_at else ""
            waits = f"; applies from {each.applies_on}" if each.state in ("reported", "waiting") else ""
            waits = "" if each.rule.does == "report" else waits
            self.stdout.write(f"{each.rule.name}: {each.state}, {each.rows} rows{since}{waits}")
