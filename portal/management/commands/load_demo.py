import os
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Agency, Member, User
from accounts.second_factor import has_factor
from accounts.services import create_person, load_members, post_person
from learning.models import Course
from portal.demo import AGENCY_KINDS, PEOPLE, DemoPerson
from portal.demo_certificates import fill_certificates
from portal.demo_desks import fill_desks
from portal.demo_effect import fill_effect
from portal.demo_sittings import fill_sittings
from portal.demo_statistics import fill_statistics


class Command(BaseCommand):
    help = "Load the curriculum and the demo people. Refused without SULUH_DEMO=1; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", type=int, default=120, help="so many invented people beside the sign-ins (default 120)"
        )
        parser.add_argument("--list", action="store_true", help="only print the sign-ins")

    def handle(self, *args: Any, list: bool, people: int, **options: Any) -> None:
        if not settings.SULUH_DEMO:
            raise CommandError("Demo people have a known password: load_demo runs with SULUH_DEMO=1 only.")
        password = os.environ.get("SULUH_DEMO_PASSWORD", "suluh-demo")
        if not list:
            load_members()
            with transaction.atomic():
                made = sum(self._make(person, password) for person in PEOPLE)
                for person in PEOPLE:
                    if person.needs_code:
                        self._give_second_factor(person)
            self.stderr.write(f"Demo people: {made} made, {len(PEOPLE) - made} there already.")
            # A bundle wins over what was written on the site, so a course that is there is left alone.
            there = set(Course.objects.values_list("slug", flat=True))
            for folder in sorted(path.parent for path in settings.CURRICULUM_DIR.glob("*/course.yaml")):
                if folder.name not in there:
                    call_command("import_course", str(folder), stdout=self.stderr, stderr=self.stderr)
            call_command("import_terms", stdout=self.stderr, stderr=self.stderr)
            if people:
                call_command("make_population", people=people, stdout=self.stderr, stderr=self.stderr)
                self.stderr.write("Desks: " + ("filled." if fill_desks() else "nothing to add."))
                self.stderr.write("Tests: " + ("sat." if fill_sittings() else "nothing to add."))
                self.stderr.write(
                    "Figures of questions: " + ("worked out." if fill_statistics() else "nothing to add.")
                )
                self.stderr.write("Answers about courses: " + ("given." if fill_effect() else "nothing to add."))
                self.stderr.write("Certificates: " + ("given." if fill_certificates() else "nothing to add."))
        else:
            for person in PEOPLE:
                code = "code" if person.needs_code else ""
                self.stdout.write(f"  {person.username:<13} {person.full_name:<20} {code:<5} {person.shows}")
            self.stdout.write(f"  The password of all is {password}; “code”: a one-time code is asked for as well")

    def _make(self, person: DemoPerson, password: str) -> bool:
        if User.objects.filter(username=person.username).exists():
            return False
        user = create_person(by=None, username=person.username, full_name=person.full_name, password=password)
        member = Member.objects.get(code=person.member) if person.member else None
        agency = None
        if member and person.agency:
            agency, _made = Agency.objects.get_or_create(
                member=member, name=person.agency, defaults={"kind": AGENCY_KINDS[person.agency]}
            )
        for role in (person.role, *person.more):
            post_person(by=None, user=user, role=role, member=member, agency=agency)
        return True

    def _give_second_factor(self, person: DemoPerson) -> None:
        """An authenticator app and recovery codes, so that the role can work; whoever has a factor keeps it."""
        user = User.objects.get(username=person.username)
        if has_factor(user):
            return
        TOTP.activate(user, person.secret)
        recovery = RecoveryCodes.activate(user).instance
        recovery.data |= {"seed": encrypt(person.recovery_seed)}
        recovery.save()
