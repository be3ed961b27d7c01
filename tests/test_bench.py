"""script/bench: what it refuses, how it counts, and one small run of everything."""

import json
import os
import subprocess
import sys
from http.client import HTTPMessage
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "script"))

from benchmark import cpu, report, weight  # noqa: E402
from benchmark.__main__ import FLOWS  # noqa: E402
from benchmark.client import Reply  # noqa: E402
from benchmark.flows import AnswerForm  # noqa: E402
from benchmark.measure import Figures  # noqa: E402

from tests.templates import sqlite_template  # noqa: E402

pytestmark = pytest.mark.once


def bench(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "benchmark", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "script"), **environment},
        capture_output=True,
        text=True,
    )


def test_help_names_every_flow():
    done = subprocess.run([str(ROOT / "script/bench"), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert all(f"  {flow} " in done.stdout for flow in FLOWS)


@pytest.mark.parametrize("flow", ["statement", "export", "lessons", ""])
def test_a_flow_that_there_is_not_is_refused_in_one_line_that_names_those_that_there_are(flow):
    done = bench(flow, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"bench: there is no flow “{flow}”; there are: {', '.join(FLOWS)}.\n"


@pytest.mark.parametrize(
    "words", [["--rounds", "0"], ["--rounds", "many"], ["--people", "1"], ["--attempts", "-1"], ["--fast"]]
)
def test_other_words_that_it_cannot_follow_are_refused_in_one_line(words):
    done = bench(*words)
    assert done.returncode == 1
    assert done.stderr.startswith("bench: ")
    assert done.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def whole_run() -> dict:
    done = bench("--json", "--rounds", "1", "--people", "12", SULUH_BENCH_START=str(sqlite_template()))
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_a_run_gives_the_figures_of_every_flow(whole_run):
    assert list(whole_run) == ["reference", "flows"]
    assert whole_run["reference"]["cpu_ms"] > 0
    assert list(whole_run["flows"]) == list(FLOWS)
    for name in ("lesson", "answer", "submit", "certificate", "dashboard"):
        flow = whole_run["flows"][name]
        assert flow["ratio"] > 0
        assert flow["cpu_ms"] > 0
        assert flow["p95_ms"] > 0
        assert flow["sql"] > 1


def test_a_run_gives_what_only_some_flows_have(whole_run):
    assert "ratio_to_weasyprint" in whole_run["flows"]["certificate"]
    assert whole_run["flows"]["certificate"]["bytes"] > 1000
    pages = whole_run["flows"]["weight"]
    assert list(pages) == ["first_bytes", "first_requests", "next_bytes", "repeat_bytes", "test_bytes"]
    assert pages["first_bytes"] > pages["next_bytes"] >= pages["repeat_bytes"] > 0


def test_processor_time_of_a_process_and_of_the_children_it_waited_for_is_seen():
    busy = "import time\nend = time.process_time() + .2\nwhile time.process_time() < end: pass"
    before = cpu.of_tree(os.getpid())
    subprocess.run([sys.executable, "-c", busy], check=True)
    assert cpu.of_tree(os.getpid()) - before >= 0.19


def test_an_answer_form_offers_first_what_is_not_saved_yet():
    form = AnswerForm()
    form.feed(
        '<form><input name="q9" type="radio" value="x"></form>'
        '<form method="post" data-answer><input type="hidden" name="token" value="t">'
        '<input type="radio" name="q1" value="a" checked><input type="radio" name="q1" value="b"></form>'
    )
    assert (form.hidden, form.field, form.options) == ({"token": "t"}, "q1", ["b", "a"])


def test_a_browser_fetches_styles_icons_pictures_and_scripts_and_follows_no_link():
    page = (
        '<link rel="stylesheet" href="/a.css"><link rel="alternate" href="/b"><link rel="icon" href="/c.svg">'
        '<a href="/d"></a><img src="/e.png"><script src="/f.js"></script><script>1</script>'
    )
    assert weight.Needs(page).found == ["/a.css", "/c.svg", "/e.png", "/f.js"]


class Site:
    """Stands for the client of a site of three files; the style never changes, the script must be asked for again."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def reconnect(self) -> None:
        pass

    def send(self, request) -> Reply:
        known = "If-None-Match" in request.headers
        self.asked.append((request.path, known))
        kind, policy, body = {
            "/": ("text/html", "no-store", b'<link rel=stylesheet href="/a.css"><script src="/b.js"></script>'),
            "/a.css": ("text/css", "max-age=315360000, immutable", b"p{background:url(data:x)}"),
            "/b.js": ("text/javascript", "max-age=0", b'import "./c.js"'),
            "/c.js": ("text/javascript", "max-age=60", b""),
        }[request.path]
        headers = HTTPMessage()
        headers["Content-Type"], headers["Cache-Control"], headers["ETag"] = kind, policy, '"1"'
        return Reply(304 if known else 200, headers, b"" if known else body, 0.0)


def test_a_browser_keeps_what_it_may_and_asks_again_for_the_rest():
    site = Site()
    browser = weight.Browser(site, {})
    first, again = browser.visit("/"), browser.visit("/")
    assert (first.requests, again.requests) == (4, 2)
    assert site.asked[4:] == [("/", False), ("/b.js", True)]
    assert 0 < again.bytes < first.bytes


def test_figures_are_medians_of_the_rounds():
    seen = Figures(cpu=[0.004, 0.002, 0.090], ratio=[2.0, 1.0, 45.0], seconds=[0.01] * 20, sql=6)
    bare = Figures(cpu=[0.002, 0.002, 0.002], ratio=[1.0] * 3, seconds=[0.01] * 20)
    found = report.document({"reference": bare, "lesson": seen}, {"weight": {"first_bytes": 7}})
    assert found == {
        "reference": {"cpu_ms": 2.0},
        "flows": {"lesson": {"ratio": 2.0, "cpu_ms": 4.0, "sql": 6, "p95_ms": 10.0}, "weight": {"first_bytes": 7}},
    }
    assert "lesson " in report.table(found)
