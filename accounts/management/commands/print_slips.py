from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Member, Posting, User
from accounts.selectors import without_a_way_in
from accounts.services import MOST_CODES, give_codes
from accounts.slips import print_slips


class Command(BaseCommand):
    help = (
        "Give one-time codes to the people of a member who never signed in and have no code that still works, or to "
        "the people who are named, and write the slips as a PDF to print and cut."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", default="", help="code of the member, such as ID")
        parser.add_argument("--agency", default="", help="only of this agency of the member, by its name")
        parser.add_argument("--user", action="append", default=[], help="a user name; may be given again")
        parser.add_argument("--to", required=True, help="the PDF; it holds codes in plain letters")

    def handle(self, *args: Any, **options: Any) -> None:
        people = self._named(options["user"]) if options["user"] else self._of_member(options)
        chosen = list(people[:MOST_CODES])
        if not chosen:
            raise CommandError("There is nobody who needs a code. Name people with --user to give them a new one.")
        path = Path(options["to"])
        try:
            path.touch(mode=0o600)  # before a code is made that could then not be written
            with transaction.atomic():
                path.write_bytes(print_slips(give_codes(by=None, people=chosen)))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nobody was given a code.") from error
        left = people.count() if not options["user"] else 0
        self.stdout.write(
            f"{len(chosen)} slips are in {path}." + (f" {left} people are left: run it again." if left else "")
        )

    def _named(self, usernames: list[str]) -> Any:
        found = User.objects.filter(username__in=usernames, is_active=True)
        missing = set(usernames) - set(found.values_list("username", flat=True))
        if missing:
            raise CommandError(
                f"There is nobody with the user name {', '.join(sorted(missing))} whose account is in use."
            )
        return found

    def _of_member(self, options: dict[str, Any]) -> Any:
        member = Member.objects.filter(code=options["member"].upper()).first()
        if member is None:
            raise CommandError(f"There is no member “{options['member']}”. Give its code with --member, or --user.")
        postings = Posting.objects.current().filter(member=member)
        if options["agency"]:
            postings = postings.filter(agency__name=options["agency"])
            if not member.agencies.filter(name=options["agency"]).exists():
                raise CommandError(f"{member} has no agency “{options['agency']}”.")
        return without_a_way_in(User.objects.filter(pk__in=postings.values("user"), is_active=True))
