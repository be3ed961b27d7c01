from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.selectors.own_data import erasure_plan, why_not_erasable
from accounts.services import NotErasable, erase_person


class Command(BaseCommand):
    help = (
        "Erase a person at once and for good: the account goes, the learning record stays and belongs to nobody. "
        "--plan shows what would be deleted, unlinked and kept, and why, and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--plan", action="store_true", help="only show what would happen")
        parser.add_argument("--reason", default="", help="for the audit log; no names")

    def handle(self, *args: Any, username: str, plan: bool, reason: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            raise CommandError("No account has this user name. Nothing was changed.") from None
        if plan:
            steps, refusal = erasure_plan(user), why_not_erasable(user)
        else:
            try:
                steps, refusal = erase_person(by=None, user=user, reason=reason[:300]), ""
            except NotErasable as error:
                raise CommandError(f"{error} Nothing was changed.") from None
        for step in steps:
            self.stdout.write(f"{step.count:6}  {step.title}: {step.does}.{f' {step.why}' if step.why else ''}")
        if refusal:
            self.stdout.write(f"It would be refused: {refusal}")
        self.stdout.write("Nothing was changed." if plan else "Erased.")
