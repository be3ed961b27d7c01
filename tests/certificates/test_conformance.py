"""What is printed conforms to PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), as veraPDF says.

Needs Java and `npm ci`; see `verapdf.js`.
"""

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from certificates import rendering
from certificates.documents import text_of
from certificates.models import Recognition
from certificates.rendering import Logo, Picture, Signature, render
from certificates.transcript import transcript_pdf
from tests.certificates.samples import TEXTS, award_in
from tests.certificates.test_page import ADDRESS, png

SCRIPT = Path(__file__).with_name("verapdf.js")
ARCHIVE = Path(settings.BASE_DIR) / "node_modules" / "@opendataloader" / "pdf" / "lib" / "opendataloader-pdf-cli.jar"
LANGUAGES = ("en", "vi", "ur", "ar", "km", "my", "ta", "dv", "dz", "zh-hans")

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not ARCHIVE.is_file(), reason="Java or the archive with veraPDF is missing"
)


def verdicts(folder: Path, files: dict[str, bytes]) -> tuple[dict[tuple[str, str], bool], list[str]]:
    """(File, profile) → whether it conforms; and what does not."""
    for name, pdf in files.items():
        (folder / f"{name}.pdf").write_bytes(pdf)
    command = ["java", "-cp", ARCHIVE, "org.mozilla.javascript.tools.shell.Main", "-version", "170", SCRIPT]
    done = subprocess.run(
        [*command, *(folder / f"{name}.pdf" for name in files)], capture_output=True, text=True, check=True
    )
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    found = {(Path(line[0]).stem, line[1]): line[2] == "true" for line in lines if line[0] != "!"}
    rules = {line[1]: int(line[3]) for line in lines if line[0] != "!"}
    assert rules["PDFA-2A"] > 140 and rules["PDFUA-1"] > 100
    return found, [" ".join(line) for line in lines if line[0] == "!"]


def certificates() -> dict[str, bytes]:
    hows = [{}, {"layout": "portrait", "with_english": True}]
    return {
        f"{language}-{number}": render(
            text_of(award_in(language, is_specimen=not number % 2), address=ADDRESS, found={}, **how)
        ).pdf
        for language in LANGUAGES
        for number, how in enumerate(hows)
    }


def with_pictures() -> bytes:
    picture = Picture(png(), 300, 120)
    text = text_of(award_in("ur"), address=ADDRESS, found={})
    who = tuple(Signature(f"Somebody {n}", "Manager", "Manager", picture) for n in range(3))
    return render(text.__class__(**vars(text) | {"signatories": who, "logos": (Logo("A partner", picture),) * 4})).pdf


def transcripts() -> dict[str, bytes]:
    user = User(username="somebody", full_name="Sari Wulandari")
    body = Recognition(
        title="Border training", body="An academy", awarded_on=dt.date(2026, 3, 1), state=Recognition.State.RECOGNISED
    )
    return {
        f"transcript-{language}-{many}": transcript_pdf(user, [award_in(language)] * many, [body], language)
        for language in ("en", "ur", "km")
        for many in (0, 1, 30)
    }


def test_certificates_and_transcripts_conform_to_both_standards(tmp_path):
    files = certificates() | {"pictures": with_pictures()} | transcripts()
    assert set(LANGUAGES) <= set(TEXTS)

    found, wrong = verdicts(tmp_path, files)

    assert wrong == []
    assert found == {(name, profile): True for name in files for profile in ("PDFA-2A", "PDFUA-1")}


def test_the_validator_finds_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "compacted", lambda pdf: pdf.replace(b"/Marked true", b"/Marked null"))
    pdf = render(text_of(award_in("en"), address=ADDRESS, found={})).pdf

    found, wrong = verdicts(tmp_path, {"untagged": pdf})

    assert not any(found.values()) and wrong
