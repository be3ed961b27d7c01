import getpass
import os
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Posting, User
from accounts.roles import Role
from accounts.services import create_person, load_members, post_person


class Command(BaseCommand):
    help = (
        "Make the first administrator and the first RSO certification officer of a real site, and load the list of "
        "members. Asks at a terminal; otherwise reads SULUH_ADMIN_USERNAME, SULUH_ADMIN_NAME, SULUH_ADMIN_PASSWORD and "
        "SULUH_RSO_USERNAME, SULUH_RSO_NAME, SULUH_RSO_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="read everything from the environment")

    def handle(self, *args: Any, no_input: bool, **options: Any) -> None:
        if User.objects.filter(postings__role=Role.ADMINISTRATOR).exists():
            self.stdout.write(f"{load_members()} members added. An administrator exists already; nobody was made.")
            return
        ask = not no_input and sys.stdin.isatty()
        people = [
            (self._person("ADMIN", "administrator", Role.ADMINISTRATOR, ask), Role.ADMINISTRATOR),
            (self._person("RSO", "RSO certification officer", Role.RSO_CERTIFICATION, ask), Role.RSO_CERTIFICATION),
        ]
        if people[0][0][0].casefold() == people[1][0][0].casefold():
            raise CommandError("The administrator and the RSO certification officer need a user name each.")
        with transaction.atomic():
            added = load_members()
            for (username, full_name, password), role in people:
                user = create_person(by=None, username=username, full_name=full_name, password=password)
                post_person(by=None, user=user, role=role)
        self.stdout.write(
            f"{added} members added. Made {people[0][0][0]} (administrator) and {people[1][0][0]} "
            "(RSO certification officer). Sign in and set up a second factor."
        )

    def _person(self, prefix: str, title: str, role: Role, ask: bool) -> tuple[str, str, str]:
        values = []
        for part, question in (
            ("USERNAME", f"User name of the {title}: "),
            ("NAME", "Full name: "),
            ("PASSWORD", "Password (at least 12 characters): "),
        ):
            name = f"SULUH_{prefix}_{part}"
            value = os.environ.get(name, "")
            if not value and ask:
                value = (getpass.getpass if part == "PASSWORD" else input)(question).strip()
            if not value:
                raise CommandError(f"{name} is not set. Set it, or run the command at a terminal and answer.")
            values.append(value)
        username, full_name, password = values
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"The user name “{username}” is taken. Choose another in SULUH_{prefix}_USERNAME.")
        person = User(username=User.normalize_username(username), full_name=full_name)
        try:
            person.clean_fields(exclude=["password"])
        except ValidationError as problem:
            raise CommandError(f"The {title} cannot be made: {' '.join(problem.messages)}") from problem
        # The role decides how long the password has to be.
        person._current_postings = [Posting(role=role)]  # type: ignore[attr-defined]
        try:
            validate_password(password, person)
        except ValidationError as problem:
            raise CommandError(f"The password of the {title} is too weak: {' '.join(problem.messages)}") from problem
        return username, full_name, password
