import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from accounts.verification import Expected, verify_audit


def _expected(text: str) -> Expected:
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if not match:
        raise ArgumentTypeError("N:DIGEST, as this command printed it: a number, a colon and 64 letters and digits.")
    return Expected(int(match[1]), match[2])


class Command(BaseCommand):
    help = (
        "Prove that the audit log is whole: nothing missing, nothing changed, nothing put in between. Prints how many "
        "entries there are and the digest of the last as N:DIGEST, to be kept elsewhere; otherwise a line for each "
        "difference, and ends with status 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            type=_expected,
            metavar="N:DIGEST",
            help="what this command printed earlier: proves that nothing up to there was written anew",
        )
        parser.add_argument("--json", action="store_true", help="the result as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_audit(expected=options["expect"])
        if options["json"]:
            result = {
                "whole": verdict.is_whole,
                "count": verdict.count,
                "digest": verdict.digest,
                "pruned": verdict.pruned,
                "differences": verdict.differences,
                "total": verdict.total,
            }
            self.stdout.write(json.dumps(result, indent=2))
        else:
            for line in verdict.differences:
                self.stdout.write(line)
            if verdict.total > len(verdict.differences):
                self.stdout.write(f"… and {verdict.total - len(verdict.differences)} more.")
            if verdict.is_whole:
                self.stdout.write(f"The audit log is whole. Keep this elsewhere: {verdict.count}:{verdict.digest}")
        if not verdict.is_whole:
            raise SystemExit(1)
