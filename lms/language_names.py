"""The names and directions of languages, of those too that the site no longer offers: records name them for good."""

from typing import Any

from django.utils.translation import get_language_info


def language_info(code: str) -> dict[str, Any]:
    """As Django's `get_language_info`; of a language that is known no more, its code in the place of names."""
    try:
        return dict(get_language_info(code))
    except KeyError:
        return {"code": code, "name": code, "name_local": code, "name_translated": code, "bidi": False}


def language_name(code: str) -> str:
    """A language as it calls itself, and as the page's calls it."""
    info = language_info(code)
    local, translated = str(info["name_local"]), str(info["name_translated"])
    return local if local == translated else f"{translated} ({local})"
