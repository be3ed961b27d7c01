"""`script/torture`: read the words of the command, serve, play the rounds, say how it went."""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from torturing import Failure, Problem, world
from torturing.server import serve

ROUNDS = 1000


class Parser(argparse.ArgumentParser):
    """Refuses in one plain line."""

    def error(self, message: str) -> NoReturn:
        raise Problem(f"{message}; --help shows how it is used.")


def read_arguments(words: list[str]) -> argparse.Namespace:
    """The command's words.

    Raises:
        Problem: something that there is not.
    """
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    if given.rounds is not None and not 1 <= given.rounds <= 1_000_000:
        raise Problem("--rounds takes a number from 1 to 1000000.")
    if given.rounds is None:
        given.rounds = ROUNDS if given.seed is None else 1
    if given.seed is None:
        given.seed = int(time.time()) % 1_000_000_000
    return given


def prepare(folder: Path) -> None:
    """Nothing of the caller's own site, except a database that is meant for this."""
    for name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "BEHIND_PROXY", "DEBUG", "EMAIL_URL", "PUBLIC_URL", "PORT"):
        os.environ.pop(name, None)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'torture.sqlite3'}")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "torturing.settings",
        "DATA_DIR": str(folder),
        "SULUH_DEMO": "1",
        "REQUIRE_REVIEW": "0",
        "SECRET_KEY": "torture-" + "x" * 60,
        "LOG_LEVEL": "ERROR",
    }


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Everything in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="suluh-torture-") as name:
        folder = Path(name)
        prepare(folder)
        print("Making tables and a course …", file=sys.stderr)
        course = world.make()
        from torturing.rounds import play

        counts: Counter[str] = Counter()
        began = time.monotonic()
        with serve(folder) as server:
            for number in range(given.rounds):
                seed = given.seed + number
                try:
                    counts.update(play(course, server, seed))
                except Exception as failure:
                    if not isinstance(failure, Failure):
                        traceback.print_exc()
                    print(server.log.read_text()[-4000:], file=sys.stderr)
                    words = f"round {seed} failed: {failure}. Again: script/torture --seed {seed}"
                    return {"rounds": number, "failed": seed, "why": words, **counts}
                if (number + 1) % 25 == 0 or number + 1 == given.rounds:
                    print(f"{number + 1} of {given.rounds} rounds, {time.monotonic() - began:.0f} s", file=sys.stderr)
        return {"rounds": given.rounds, "failed": None, "first_seed": given.seed, **counts}


def main() -> int:
    """Status 0, or 1 with one plain line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if sys.platform != "linux":
            raise Problem("workers are found the way Linux keeps them; this is another system.")
        given = read_arguments(sys.argv[1:])
        found = run(given)
    except Problem as problem:
        print(f"torture: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if given.json:
        print(json.dumps(found, indent=2))
    elif found["failed"] is None:
        happened = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in found.items() if name in SHOWN)
        print(f"{found['rounds']} rounds, nothing lost and nothing twice ({happened}).")
    if found["failed"] is not None:
        print(f"torture: {found['why']}", file=sys.stderr)
        return 1
    return 0


SHOWN = ("recorded", "saves", "conflict", "older", "late", "strays", "kills", "late_rounds")

if __name__ == "__main__":
    sys.exit(main())
