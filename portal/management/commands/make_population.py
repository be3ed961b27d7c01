from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services import load_members
from learning.models import Course
from portal.population import live, plans


class Command(BaseCommand):
    help = (
        "Make a synthetic population: invented people of a dozen members who enrol, learn, pass or fail over six "
        "months, by the services of real work. Refused without SULUH_DEMO=1. The same seed gives the same people; who "
        "is there already is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="decides who they are and how far they get")

    def handle(self, *args: Any, people: int, seed: int, **options: Any) -> None:
        if not settings.SULUH_DEMO:
            raise CommandError("Invented people do not belong among real ones: make_population runs with SULUH_DEMO=1.")
        if people < 1:
            raise CommandError("--people must be at least 1.")
        courses = list(Course.objects.filter(editions__isnull=False).distinct().order_by("position", "code"))
        if not courses:
            raise CommandError("There is no published course to learn yet: run import_course first.")
        load_members()
        made = 0
        for number, plan in enumerate(plans(people, seed, len(courses), timezone.now()), start=1):
            made += live(plan, courses, seed)
            if number % 20 == 0 or number == people:
                self.stderr.write(f"Population: {number} of {people}")
        self.stdout.write(f"Population: {made} people made, {people - made} there already.")
