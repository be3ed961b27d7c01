"""`script/bench`: read the words of the command, prepare, measure, print."""

import argparse
import json
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from benchmark import Problem, database, flows, measure, report, weight
from benchmark.servers import Site, serve

FLOWS = ("lesson", "answer", "submit", "certificate", "dashboard", "weight")


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
    parser.add_argument("flows", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--attempts", type=int, default=0)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(words)
    for name in given.flows:
        if name not in FLOWS:
            raise Problem(f"there is no flow “{name}”; there are: {', '.join(FLOWS)}.")
    if not 1 <= given.rounds <= 100:
        raise Problem("--rounds takes a number from 1 to 100.")
    if not 5 <= given.people <= 100_000:
        raise Problem("--people takes a number from 5 to 100000.")
    if not 0 <= given.attempts <= 1_000_000:
        raise Problem("--attempts takes a number from 0 to 1000000.")
    given.flows = [name for name in FLOWS if name in given.flows or not given.flows]
    return given


def run(given: argparse.Namespace) -> report.Document:
    """Everything in a temporary folder, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suluh-bench-")))
        where = stack.enter_context(database.postgres() if given.postgres else database.sqlite(folder))
        product = Site("lms.settings", "lms.wsgi", where.urls["product"], folder, "/healthz")
        counting = Site("benchmark.counting", "lms.wsgi", where.urls["product"], folder, "/healthz")
        bare = Site("benchmark.reference.settings", "benchmark.reference.wsgi", where.urls["reference"], folder, "/")
        made, bare_made = folder / "product.json", folder / "reference.json"
        papers = _papers(given)
        print(f"Making the course, {given.people} people and {papers} papers …", file=sys.stderr)
        numbers = [str(given.people), str(papers), str(given.attempts)]
        with ThreadPoolExecutor() as both:
            work = [
                both.submit(product.run, "benchmark.population", str(made), *numbers),
                both.submit(bare.run, "benchmark.reference.prepare", str(bare_made)),
            ]
            for each in work:
                each.result()
        site, bare_site = json.loads(made.read_text()), json.loads(bare_made.read_text())
        timed = flows.timed(given.flows, site)
        figures: dict[str, measure.Figures] = {}
        extra: dict[str, report.Document] = {}
        if timed:
            print("Counting statements …", file=sys.stderr)
            with serve(counting, where.root) as server:
                statements = measure.count(server, timed)
            with serve(bare, where.root) as reference, serve(product, where.root) as server:
                bare_flow = flows.reference(bare_site["cookies"])
                figures = measure.rounds(given.rounds, (reference, bare_flow), server, timed)
            for name, number in statements.items():
                figures[name].sql = number
        if "certificate" in given.flows:
            beside = _beside_weasyprint(product)
            extra["certificate"] = {
                "ratio_to_weasyprint": beside["ratio"] and round(beside["ratio"], 3),
                "bytes": figures["certificate"].bytes,
                "largest_bytes": beside["largest"],
            }
        if "weight" in given.flows:
            with serve(product, None) as server:
                extra["weight"] = weight.weigh(server.client, site["reader"], site["lessons"], site["questions"][0])
        return report.document(figures, extra)


def _papers(given: argparse.Namespace) -> int:
    """How many papers can be handed in: each one once."""
    submit = flows.Submit
    return (2 * submit.warm + measure.COUNTED + given.rounds * submit.per_round) * ("submit" in given.flows)


def _beside_weasyprint(product: Site) -> dict[str, float | None]:
    out = product.data / "weasyprint.json"
    product.run("benchmark.weasyprint_page", str(out))
    found: dict[str, float | None] = json.loads(out.read_text())
    if found["ratio"] is None:
        print("WeasyPrint is not installed: the certificate is not compared with it.", file=sys.stderr)
    return found


def main() -> int:
    """Status 0, or 1 with one plain line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if sys.platform != "linux":
            raise Problem("processor time of other processes is read the way Linux keeps it; this is another system.")
        given = read_arguments(sys.argv[1:])
        found = run(given)
    except Problem as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(found, indent=2) if given.json else report.table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
