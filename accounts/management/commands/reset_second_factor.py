from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import reset_second_factor


class Command(BaseCommand):
    help = (
        "Take the second factors from a person who lost them, and end all sessions of that person. Check first who "
        "asks: whoever comes next with the password sets up a new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="user name of the person")
        parser.add_argument("--reason", default="", help="for the audit log")

    def handle(self, *args: Any, username: str, reason: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist as missing:
            raise CommandError(f"There is no user name “{username}”.") from missing
        taken = reset_second_factor(by=None, user=user, reason=reason)
        self.stdout.write(
            f"{taken} second factors taken; a new one is set up at the next sign-in, if the role needs it."
        )
