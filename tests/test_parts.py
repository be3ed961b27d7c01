"""What comes by npm: what is there, who is told when it is not, and a certificate checked by somebody else's code."""

import json
import os
import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finder
from django.core.management import call_command

from lms import parts, typesetting
from lms.checks import check_parts

ROOT = Path(__file__).resolve().parents[1]
MISSING = ", ".join(each.package for each in parts.missing_parts())

needs_parts = pytest.mark.skipif(
    bool(MISSING) and os.environ.get("CI") != "true", reason=f"npm ci was not run: {MISSING}"
)


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """As on a site where npm was never run."""
    monkeypatch.setattr(parts, "FOLDER", tmp_path)
    for cached in (typesetting._fonts, typesetting.coverage):
        cached.cache_clear()
    yield
    for cached in (typesetting._fonts, typesetting.coverage):
        cached.cache_clear()


def node() -> str:
    found = os.environ.get("SULUH_NODE") or shutil.which("node")
    if not found and os.environ.get("CI") == "true":
        pytest.fail("Node.js is missing")
    if not found:
        pytest.skip("Node.js is missing")
    return str(found)


def run_module(source: str) -> str:
    done = subprocess.run(
        [node(), "--input-type=module", "-e", source], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_lock_file_holds_checksums_and_no_address_to_fetch_from():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: each for name, each in packages.items() if name}

    assert all(each["integrity"].startswith("sha512-") for each in installed.values())
    assert [name for name, each in installed.items() if "resolved" in each] == []


def test_each_part_of_the_table_is_named_in_package_json_and_in_the_decision():
    named = set(json.loads((ROOT / "package.json").read_text())["dependencies"])
    decision = (ROOT / "docs" / "decisions" / "0018-libraries.md").read_text()

    assert named == {each.package for each in parts.PARTS}
    assert [name for name in named if name not in decision] == []


@needs_parts
def test_all_parts_are_there():
    assert parts.missing_parts() == []
    assert len(parts.font_folders()) == 14
    assert parts.part("qr", "decode.js") is not None
    assert parts.part("qr", "nothing.js") is None
    assert check_parts(None) == []


def test_a_site_without_them_is_told_what_lacks_and_what_to_type(nothing_installed):
    (message,) = check_parts(None)
    printed = StringIO()
    call_command("check", fail_level="WARNING", stderr=printed)

    assert not message.is_serious()
    assert "Dzongkha on paper" in message.msg
    assert "npm ci --omit=dev" in (message.hint or "")
    assert "lms.I001" in printed.getvalue()


def test_a_site_without_them_offers_no_address_of_a_script(nothing_installed):
    assert parts.script_address("parts/qr/decode.js") == ""
    assert finders.find("parts/qr/decode.js") is None


@needs_parts
def test_browsers_get_the_scripts_and_nothing_else_of_a_package():
    offered = {name: storage.open(name).read() for name, storage in get_finder("lms.parts.PartsFinder").list(None)}

    assert set(offered) == {"parts/ed25519.js", "parts/qr/decode.js", "parts/qr/index.js"}
    assert all(b"export" in source for source in offered.values())
    assert parts.script_address("parts/ed25519.js").endswith("parts/ed25519.js")
    assert finders.find("parts/ed25519.js") == str(parts.FOLDER / "@noble/ed25519" / "index.js")
    for name in ("parts/qr/package.json", "parts/../parts/ed25519.js", "qr/decode.js", "parts/qr/dom.js"):
        assert finders.find(name) is None
        assert parts.script_address(name) == ""


@needs_parts
def test_the_scripts_need_nothing_beside_them_but_each_other():
    offered = parts.scripts()
    for name, path in offered.items():
        source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        wanted = re.findall(r"""^(?:import|export)\b[^;]*?\bfrom ['"]([^'"]+)['"]""", source, re.MULTILINE)
        beside = name.rpartition("/")[0]

        assert [each for each in wanted if f"{beside}/{each.removeprefix('./')}" not in offered] == []


@needs_parts
def test_the_scripts_read_a_code_and_check_a_signature():
    read = run_module(
        """
        import {verifyAsync, signAsync, getPublicKeyAsync} from "./node_modules/@noble/ed25519/index.js";
        import {encodeQR} from "./node_modules/qr/index.js";
        import {decodeQR} from "./node_modules/qr/decode.js";
        const rows = encodeQR("HTTPS://A.ORG/1", "raw"), scale = 4, wide = rows.length * scale;
        const data = new Uint8ClampedArray(wide * wide * 4).fill(255);
        for (let y = 0; y < wide; y++) for (let x = 0; x < wide; x++)
            if (rows[Math.floor(y / scale)][Math.floor(x / scale)])
                data.fill(0, (y * wide + x) * 4, (y * wide + x) * 4 + 3);
        // RFC 8032, 7.1, test 1
        const secret = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
        const told = Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex");
        const key = await getPublicKeyAsync(new Uint8Array(secret));
        const signature = await signAsync(new Uint8Array(0), new Uint8Array(secret));
        console.log(JSON.stringify([
            decodeQR({width: wide, height: wide, data}),
            Buffer.from(key).equals(told),
            await verifyAsync(signature, new Uint8Array(0), key),
            await verifyAsync(signature, new Uint8Array([1]), key),
        ]));
        """
    )

    assert json.loads(read) == ["HTTPS://A.ORG/1", True, True, False]


@needs_parts
def test_a_credential_is_checked_by_the_second_implementation_with_documents_of_ours():
    read = run_module((ROOT / "tests" / "credential.mjs").read_text())

    assert json.loads(read) == {"as it was signed": True, "with another name": False, "asked for": []}
