import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from certificates.models import Award
from certificates.verification import Tally, verify_awards


class Command(BaseCommand):
    help = (
        "Check every certificate again: its seal, the name under it, the token of its printed code, its credential, "
        "its place in the status list, its state against its history, and that of one number at most one stands. "
        "Prints a line for each difference and a summary; ends with status 1 if there is any. Needs no private key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="each line as a JSON object, the summary last")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json, tally, total = options["json"], Tally(), Award.objects.count()
        began = last = time.monotonic()

        def progress(done: int) -> None:
            nonlocal last
            if time.monotonic() - last >= 5:
                last = time.monotonic()
                self.stderr.write(f"{done} of {total} certificates")

        for line in verify_awards(tally=tally, progress=progress):
            self.stdout.write(json.dumps({"difference": line}, ensure_ascii=False) if as_json else line)
        seconds = round(time.monotonic() - began, 1)
        if as_json:
            self.stdout.write(json.dumps({"holds": not tally.differences, "seconds": seconds, **asdict(tally)}))
        else:
            self.stdout.write(
                f"{tally.awards} certificates in {seconds} s: {tally.seals} seals, {tally.tokens} tokens and "
                f"{tally.credentials} credentials checked, {tally.differences} differences."
            )
        if tally.differences:
            raise SystemExit(1)
