"""The static files of the journeys' site, which are collected and compressed once, whatever the database."""

import hashlib
import shutil
from pathlib import Path

from lms import parts
from tests.browser.looking import ROOT, Site
from tests.templates import one_at_a_time

FOLDER = ROOT / ".pytest_cache" / "static"


def _key() -> str:
    """What they are made of: our own, the installed parts, and the settings that say what to do with them."""
    own = sorted(file for room in ROOT.glob("*/static") for file in room.rglob("*") if file.is_file())
    made_of = hashlib.sha256()
    for source in (ROOT / "requirements.txt", ROOT / "lms" / "settings.py", *parts.scripts().values(), *own):
        made_of.update(f"{source}\0".encode() + source.read_bytes() + b"\0")
    return made_of.hexdigest()[:12]


def collect(site: Site, folder: Path) -> None:
    """Put the static files of a site into its folder; made when there are none yet, and older ones are thrown away."""
    collected, half = FOLDER / _key(), FOLDER / "half"
    with one_at_a_time(FOLDER):
        if not collected.exists():
            for old in [each for each in FOLDER.iterdir() if each.is_dir()]:
                shutil.rmtree(old)
            done = site.manage("collectstatic", "--noinput", "-v0", check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            shutil.copytree(folder, half)
            half.rename(collected)
            return
    shutil.copytree(collected, folder, dirs_exist_ok=True)
