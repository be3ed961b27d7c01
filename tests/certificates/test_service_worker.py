"""What the service worker of /verify/ keeps and answers with, run by Node with a network that we play."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).resolve().parents[2] / "certificates" / "static" / "certificates" / "worker.js"

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="no Node on this machine")

#: A browser as far as the worker asks for one. Each step is a request; `site` is what the network answers to it.
PLAYED = """
import { readFileSync } from "node:fs";
const { source, steps, known } = JSON.parse(readFileSync(0, "utf8"));
const self = { addEventListener: (name, run) => (handlers[name] = run), clients: {}, SULUH: {
  version: "1", page: "/verify/", pages: ["/verify/?language=km"], many: "/verify/many/", list: "/verify/list.json",
  files: [],
} };
const handlers = {}, boxes = {};
const caches = { open: async (name) => {
  const box = (boxes[name] ??= new Map());
  return {
    match: async (address) => box.get(address)?.clone(),
    put: async (address, answer) => box.set(address, answer),
  };
} };
class Request { constructor(url) { this.url = url; } }
let site = null;
const fetch = async () => {
  if (site === null) throw new TypeError("no link");
  return new Response(site.text, { status: site.status ?? 200 });
};
const origin = "https://suluh.example";
new Function("self", "caches", "fetch", "location", "Request", source)(self, caches, fetch, { origin }, Request);
const kept = await caches.open("suluh-verify-1");
await kept.put("/verify/?language=km", new Response("the page in Khmer"));
await kept.put("/verify/", new Response("the page" + known.map((key) => `<p data-public="${key}"></p>`).join("")));
const answers = [];
for (const step of steps) {
  site = step.site;
  let answer = null;
  const request = { method: "GET", mode: "cors", ...step, url: origin + step.path };
  handlers.fetch({ request, respondWith: (given) => (answer = given) });
  try {
    const given = await answer;
    answers.push(given && [await given.text(), given.headers?.has("Suluh-Kept") ?? false]);
  } catch (problem) { answers.push(String(problem)); }
}
console.log(JSON.stringify(answers));
process.exit();
"""


def played(*steps: dict[str, Any], known: tuple[str, ...] = ()) -> list[Any]:
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", PLAYED],
        input=json.dumps({"source": WORKER.read_text(encoding="utf-8"), "steps": steps, "known": known}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def a_list(issued_at: str, serial: int = 0, key: str = "key") -> str:
    said = {"issued_at": issued_at} | ({"serial": serial} if serial else {})
    return json.dumps({"signed": json.dumps(said), "key": key})


def answers_to(*lists: str | None) -> list[Any]:
    """What a device answers with while the site sends these lists one after the other; None for no link."""
    steps = [{"path": "/verify/list.json", "site": None if text is None else {"text": text}} for text in lists]
    return played(*steps, known=("key", "retired"))


AHEAD, STALE = a_list("2031-01-01T00:00:00Z", 50), a_list("2026-11-20T00:00:00Z", 49)
TODAY, NEXT = a_list("2026-11-27T12:00:00Z", 51), a_list("2026-11-28T12:00:00Z", 52)


def test_a_list_of_a_clock_that_stood_ahead_gives_way_to_that_of_today_and_to_no_stale_copy():
    assert answers_to(AHEAD, STALE, TODAY, AHEAD, STALE, NEXT) == [
        [AHEAD, False],
        [AHEAD, True],
        [TODAY, False],
        [TODAY, True],
        [TODAY, True],
        [NEXT, False],
    ]


def test_a_list_of_before_there_were_serials_gives_way_to_one_that_has_one():
    old, older = a_list("2031-01-01T00:00:00Z"), a_list("2030-01-01T00:00:00Z")
    assert answers_to(old, older, TODAY, old) == [[old, False], [old, True], [TODAY, False], [TODAY, True]]


def test_a_list_of_a_key_that_the_kept_page_does_not_know_takes_no_other_ones_place():
    new, forged = a_list("2026-11-29T12:00:00Z", 53, "new key"), a_list("2026-11-29T12:00:00Z", 10**15, "a stranger's")
    assert answers_to(TODAY, new, None, forged, None, NEXT, None) == [
        [TODAY, False],
        [new, False],
        [TODAY, True],
        [forged, False],
        [TODAY, True],
        [NEXT, False],
        [NEXT, True],
    ]


def test_without_a_link_the_list_is_answered_as_one_that_was_kept():
    assert answers_to(TODAY, None)[1] == [TODAY, True]
    assert answers_to(TODAY, "<html>Sign in to the hotel", None)[1:] == [[TODAY, True], [TODAY, True]]


def test_a_whole_list_that_cannot_be_sent_is_answered_by_the_page_and_one_that_can_by_the_site():
    many = {"path": "/verify/many/", "method": "POST", "mode": "navigate"}
    assert played(
        {**many, "site": None},
        {**many, "path": "/verify/many/?language=km", "site": None},
        {**many, "site": {"text": "the answers"}},
        {**many, "path": "/verify/", "site": None},
    ) == [["the page", False], ["the page in Khmer", False], ["the answers", False], None]
