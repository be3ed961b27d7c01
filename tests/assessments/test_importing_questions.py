"""Questions of other systems come into a bank: planned, as drafts, all that can be made, and none twice."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def run(path: Path, *more: str, bank: str = "Trial", format: str = "gift") -> dict:
    out = io.StringIO()
    call_command(
        "import_questions",
        str(path),
        "--bank",
        bank,
        "--format",
        format,
        "--json",
        *more,
        stdout=out,
        stderr=io.StringIO(),
    )
    return json.loads(out.getvalue())


def gift(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "questions.gift.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
