import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from portal.demo import PEOPLE


class Command(BaseCommand):
    help = "Print a current one-time code of a demo person who has a second factor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name of a demo person")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if not settings.SULUH_DEMO:
            raise CommandError("One-time codes of others are printed with SULUH_DEMO=1 only.")
        if name not in {person.username for person in PEOPLE}:
            raise CommandError(f"“{name}” is no demo person. They are: {', '.join(p.username for p in PEOPLE)}.")
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"“{name}” is not there yet: run script/demo once.")
        authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if authenticator is None:
            raise CommandError(f"“{name}” has no second factor and needs no code: sign in with the password alone.")
        counter = int(time.time()) // app_settings.TOTP_PERIOD
        self.stdout.write(format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter)))
