"""What the page in the browser reads from tokens and lists is what we read: the same examples through both."""

import dataclasses
import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from certificates.signing.keys import base64url, from_base64url, key_id, public_of, sign
from certificates.signing.revocations import pack, signed_list, unpack
from certificates.signing.token import CONTEXT, BadToken, Token, make_token, read_token

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "certificates" / "static" / "certificates"
NOBLE = ROOT / "node_modules" / "@noble" / "ed25519" / "index.js"

PRIVATE, OTHER, STOLEN = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
PUBLIC = public_of(PRIVATE)

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="no Node on this machine")

TOKEN = Token(
    number="SLH-7K3M-9Q2X-ZZZZ",
    kind="completion",
    is_specimen=False,
    status_list=1,
    status_index=7,
    issued_on=dt.date(2026, 1, 1),
    valid_until=dt.date(2028, 1, 1),
    edition=3,
    revision=12,
    language="en",
    course_code="C1",
    name="O. E.",
)


def said(**other: Any) -> Token:
    return dataclasses.replace(TOKEN, **other)


def made(token: Token, private: bytes = PRIVATE) -> str:
    return make_token(token, private=private, public=public_of(private))


def changed(token: str, place: int, bit: int = 1) -> str:
    value = bytearray(from_base64url(token))
    value[place] ^= bit
    return base64url(bytes(value))


def signed_anew(body: bytes) -> str:
    """Whatever it says, by our own key."""
    return base64url(body + sign(PRIVATE, CONTEXT + body))


def examples() -> dict[str, str]:
    genuine = made(TOKEN)
    body = from_base64url(genuine)[:-64]
    of_other = bytearray(from_base64url(made(TOKEN, OTHER)))
    of_other[1:5] = key_id(PUBLIC)
    good = {
        "plain": genuine,
        "Khmer": made(said(name="ស. វិ.", language="km", course_code="ក១")),
        "Arabic, long": made(said(name="عبد الرحمن محمّد " * 12, language="ar")),
        "restricted, without a name": made(said(name="")),
        "specimen of a trainer": made(said(is_specimen=True, kind="trainer")),
        "participation, the largest of all": made(
            said(
                kind="participation",
                status_list=65535,
                status_index=131071,
                edition=32767,
                revision=32767,
                issued_on=dt.date(1970, 1, 1),
                valid_until=dt.date(2149, 6, 6),
                number="SLH-ZZZZ-ZZZZ-ZZZZ",
            )
        ),
        "a mark before the name": made(said(name="\ufeffO. E.")),
    }
    bad = {f"one other bit in byte {place}": changed(genuine, place) for place in range(len(from_base64url(genuine)))}
    bad |= {
        "another key": made(TOKEN, OTHER),
        "another key under our name": base64url(bytes(of_other)),
        "cut": genuine[:-2],
        "padded": genuine + "=",
        "not in its one form": genuine[:-1] + chr(ord(genuine[-1]) + 1),
        "empty": "",
        "an address": "https://example.org/verify/x",
        "no letters": "токен" * 30,
        "too short for a signature": base64url(body[:40]),
        "signed, with more behind it": signed_anew(body + b"x"),
        "signed, cut": signed_anew(body[:-1]),
        "signed, of another version": signed_anew(b"\x02" + body[1:]),
        "signed, of a fourth kind": signed_anew(body[:5] + b"\x06" + body[6:]),
        "signed, no UTF-8": signed_anew(body[:-1] + b"\xff"),
        "signed, a number too large": signed_anew(body[:6] + b"\xff" * 8 + body[14:]),
    }
    return good | bad


def by_us(token: str) -> dict[str, Any] | None:
    try:
        read = read_token(token, publics=[PUBLIC])
    except BadToken:
        return None
    return json.loads(json.dumps(dataclasses.asdict(read), default=str))


def node(script: str, given: Any) -> Any:
    head = f'import * as code from "{(SCRIPTS / "token.js").as_uri()}";\n'
    head += f'import * as verdict from "{(SCRIPTS / "verdict.js").as_uri()}";\n'
    head += 'import { readFileSync } from "node:fs";\nconst given = JSON.parse(readFileSync(0, "utf8"));\n'
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", head + script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


READ = """
if (given.noble) crypto.subtle.importKey = () => { throw Error("no Ed25519"); };
const isSigned = await code.signatureChecker(given.noble);
const answers = {};
for (const [name, token] of Object.entries(given.tokens)) {
  try { answers[name] = await code.readToken(token, [code.fromBase64url(given.key)], isSigned); }
  catch (problem) { if (!(problem instanceof code.BadToken)) throw problem; answers[name] = null; }
}
console.log(JSON.stringify(answers));
"""


@pytest.mark.parametrize("noble", ["", NOBLE.as_uri()], ids=["own", "noble"])
def test_the_browser_reads_every_example_as_we_do(noble):
    if noble and not NOBLE.exists():
        pytest.skip("the parts of npm are not installed")
    tokens = examples()
    expected = {name: by_us(token) for name, token in tokens.items()}
    assert sum(answer is not None for answer in expected.values()) == 7
    assert node(READ, {"tokens": tokens, "key": base64url(PUBLIC), "noble": noble}) == expected


DECIDE = """
const isSigned = await code.signatureChecker("");
const bytes = code.fromBase64url;
const list = given.file ? await code.readList(given.file, [bytes(given.key)], isSigned) : null;
const answers = {};
for (const [name, { token, now }] of Object.entries(given.cases)) {
  const keys = [bytes(given.key)];
  const found = await verdict.decide({ token, keys, distrusted: (list?.distrusted ?? []).map(bytes), list,
    now: Date.parse(now), isSigned, code });
  answers[name] = [found.verdict, found.days, found.isOld, found.isClockBehind];
}
console.log(JSON.stringify(answers));
"""
NOON = "2026-11-27T12:00:00Z"


def the_list(**other: Any) -> dict[str, str]:
    given: dict[str, Any] = {
        "issued_at": dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC),
        "serial": 7,
        "keys": [{"public": base64url(PUBLIC), "fingerprint": "", "active": True}],
        "distrusted": [base64url(public_of(STOLEN))],
        "states": {"revoked": {1: [9, 70_000], 2: [7]}, "suspended": {1: [8]}, "superseded": {1: [131_071]}},
        "courses": {"C1": {"en": "Preventing", "km": "ការទប់ស្កាត់"}},
        "private": PRIVATE,
        "public": base64url(PUBLIC),
    }
    return signed_list(**(given | other))


def decided(file: dict[str, str] | None, **cases: tuple[str, str]) -> dict[str, Any]:
    given = {name: {"token": token, "now": now} for name, (token, now) in cases.items()}
    return node(DECIDE, {"file": file, "cases": given, "key": base64url(PUBLIC)})


def test_a_device_says_what_it_could_find_out_and_how_old_its_list_is():
    genuine = made(TOKEN)
    assert decided(
        the_list(),
        genuine=(genuine, NOON),
        eight_days=(genuine, "2026-12-02T13:00:00Z"),
        last_day=(made(said(valid_until=dt.date(2026, 11, 27))), NOON),
        expired=(made(said(valid_until=dt.date(2026, 11, 26))), NOON),
        revoked=(made(said(status_index=9)), NOON),
        far_away=(made(said(status_index=70_000)), NOON),
        in_the_second_list=(made(said(status_list=2)), NOON),
        suspended=(made(said(status_index=8)), NOON),
        superseded=(made(said(status_index=131_071)), NOON),
        specimen=(made(said(is_specimen=True)), NOON),
        altered=(changed(genuine, 20), NOON),
        unknown_key=(made(TOKEN, OTHER), NOON),
        distrusted=(made(TOKEN, STOLEN), NOON),
        clock_set_back=(made(said(valid_until=dt.date(2026, 11, 23))), "2026-06-01T00:00:00Z"),
        later=(signed_anew(b"\x02" + from_base64url(genuine)[1:-64]), NOON),
        rubbish=("x" * 200, NOON),
    ) == {
        "genuine": ["genuine", 3, False, False],
        "eight_days": ["genuine", 8, True, False],
        "last_day": ["genuine", 3, False, False],
        "expired": ["expired", 3, False, False],
        "revoked": ["revoked", 3, False, False],
        "far_away": ["revoked", 3, False, False],
        "in_the_second_list": ["revoked", 3, False, False],
        "suspended": ["suspended", 3, False, False],
        "superseded": ["superseded", 3, False, False],
        "specimen": ["specimen", 3, False, False],
        "altered": ["altered", 3, False, False],
        "unknown_key": ["unknown_key", 3, False, False],
        "distrusted": ["distrusted", 3, False, False],
        "clock_set_back": ["expired", 0, False, True],
        "later": ["unknown_version", 3, False, False],
        "rubbish": ["not_ours", 3, False, False],
    }


def test_without_a_list_a_device_says_so_and_a_clock_before_the_certificate_is_noticed():
    assert decided(None, genuine=(made(TOKEN), NOON), clock=(made(TOKEN), "2025-01-01T00:00:00Z")) == {
        "genuine": ["genuine_without_list", None, False, False],
        "clock": ["genuine_without_list", None, False, True],
    }


def test_a_list_that_was_altered_or_is_signed_by_another_is_no_list():
    altered = the_list()
    altered["signed"] = altered["signed"].replace('"superseded"', '"supersedex"')
    for file in (altered, the_list(private=OTHER), the_list(private=OTHER, public=base64url(public_of(OTHER)))):
        assert decided(file, revoked=(made(said(status_index=9)), NOON))["revoked"][0] == "genuine_without_list"


def test_whatever_is_scanned_or_pasted_is_taken_apart():
    token, here = made(TOKEN), "https://suluh.example"
    given = {
        "address": f"{here}/verify/{TOKEN.number}#{token}",
        "in another language": f"{here}/verify/{TOKEN.number}?language=km#{token}",
        "token alone": token,
        "broken in lines": f" {token[:70]}\n{token[70:]} ",
        "number": f"{here}/verify/{TOKEN.number}",
        "elsewhere": f"https://elsewhere.example/verify/{TOKEN.number}#{token}",
        "looks like ours": f"{here}.elsewhere.example/verify/x#{token}",
        "malformed": f"{here}/verify/%E0%A4%A#short",
        "words": "a certificate",
    }
    script = """
        const found = {};
        for (const [name, text] of Object.entries(given.texts)) {
          const { token, number, foreign } = verdict.taken(text, given.here);
          found[name] = [token, number, foreign];
        }
        console.log(JSON.stringify(found));
    """
    assert node(script, {"texts": given, "here": here}) == {
        "address": [token, TOKEN.number, ""],
        "in another language": [token, TOKEN.number, ""],
        "token alone": [token, "", ""],
        "broken in lines": [token, "", ""],
        "number": ["", TOKEN.number, ""],
        "elsewhere": [token, TOKEN.number, "elsewhere.example"],
        "looks like ours": [token, "x", "suluh.example.elsewhere.example"],
        "malformed": ["", "%E0%A4%A", ""],
        "words": ["", "", ""],
    }


def test_places_are_packed_small_and_come_out_again():
    places = [0, 1, 127, 128, 129, 16_511, 70_000, 131_071]
    assert unpack(pack(reversed(places))) == places and unpack(pack([])) == []
    assert len(from_base64url(pack(range(0, 131_072, 100)))) == 1311
    assert "O. E." not in json.dumps(the_list())
