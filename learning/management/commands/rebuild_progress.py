import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from learning.models import Enrolment
from learning.projection import differences, enrolments_to_check, rebuild


class Command(BaseCommand):
    help = "Recompute progress from the learning record. --check only compares and reports differences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        total = Enrolment.objects.count()
        wrong = 0
        for number, enrolment in enumerate(enrolments_to_check(), start=1):
            if check:
                lines = differences(enrolment)
                wrong += bool(lines)
                for line in lines:
                    self.stdout.write(line)
            else:
                wrong += rebuild(enrolment)
            if number % 500 == 0:
                self.stderr.write(f"{number} of {total} enrolments")
        if check:
            self.stdout.write(f"{total} enrolments compared with the record, {wrong} differ.")
            if wrong:
                sys.exit(1)
        else:
            self.stdout.write(f"{total} enrolments, {wrong} rebuilt.")
