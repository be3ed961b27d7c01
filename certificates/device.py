"""What a device takes along to check certificates without a link: the page in every language, its scripts, the keys."""

import hashlib
import json
from functools import cache as remember
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from certificates.kept import DEVICE_VERSION, kept
from certificates.services import trusted_keys
from certificates.words import device_words
from lms.parts import script_address

_FOLDER = Path(__file__).parent / "static" / "certificates"
#: The modules that the page asks for, by the name under which its script knows them.
_MODULES = {"code": "token.js", "verdict": "verdict.js", "scanning": "scanning.js"}
#: Changed words reach devices after so many seconds.
_FRESH = 300


def device_context() -> dict[str, Any]:
    """What the page says and asks for by itself."""
    return {
        "words": device_words(),
        "keys": trusted_keys(),
        "modules": {name: static(f"certificates/{file}") for name, file in _MODULES.items()},
        "noble": script_address("parts/ed25519.js"),
        "decoder": script_address("parts/qr/decode.js"),
    }


def worker_script() -> str:
    """The service worker, with what it has to keep. The version changes when any of that does."""
    wanted = {
        "version": kept(DEVICE_VERSION, _version, seconds=_FRESH),
        "page": reverse("certificates:verify"),
        "pages": [f"{reverse('certificates:verify')}?language={code}" for code, _name in settings.LANGUAGES],
        "many": reverse("certificates:verify_many"),
        "list": reverse("certificates:verify_list"),
        "files": _files(),
    }
    return f"self.SULUH = {json.dumps(wanted)};\n{_source('worker.js')}"


def _files() -> list[str]:
    """Every file of the page. What a module imports by itself, it imports by the plain name."""
    found = [static("lms/suluh.css"), static("lms/suluh.js"), static("lms/favicon.svg")]
    found += [static(f"certificates/{name}") for name in ("verifying.js", *_MODULES.values())]
    found += [address for name in ("parts/ed25519.js", "parts/qr/decode.js") if (address := script_address(name))]
    if script_address("parts/qr/index.js"):
        found.append(settings.STATIC_URL + "parts/qr/index.js")
    return found


def _version() -> str:
    made_of = hashlib.sha256(f"{_files()}{_source('worker.js')}".encode())
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for part in ("_device.html", "_device_answer.html", "_scan.html"):
                made_of.update(render_to_string(f"certificates/{part}", device_context()).encode())
    return made_of.hexdigest()[:16]


@remember
def _source(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
