"""Every word of the interface, out of the code and the templates, and into the catalogues in locale/.

Babel reads the Python files; templates go through Django's own `templatize` first, which turns their tags into calls
that Babel knows. Run by script/messages; tests/test_languages.py uses `extracted` and `lacking`.
"""

import datetime as dt
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("lms", "accounts", "xapi", "learning", "assessments", "courses", "certificates", "reports", "portal")
LOCALE = ROOT / "locale"
ALWAYS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


#: A call as `templatize` writes it; brackets inside its texts are none of its own.
_CALL = re.compile(r"""\bn?p?gettext\((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^()'"])*\)""", re.DOTALL)


def extracted() -> Catalog:
    """All words that the code and the templates of the rooms show, with the files that show them."""
    catalog = Catalog(project="Suluh", version="1", charset="utf-8", fuzzy=False)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
            continue
        where = path.relative_to(ROOT).as_posix()
        for message, context in _words(path):
            catalog.add(message, context=context, locations=[(where, 0)])
    return catalog


def _words(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is no call is filler to Babel's tokenizer as well: only its line structure must not confuse it.
        text = "\n".join(call + ";" for call in _CALL.findall(templatize(text)))
    for _line, function, messages, _comments in extract_python(io.BytesIO(text.encode()), list(KEYWORDS), [], {}):
        given = [each for each in messages if each is not None] if isinstance(messages, tuple) else [messages]
        if not given or not isinstance(given[0], str):
            continue
        context = given.pop(0) if function in ("pgettext", "pgettext_lazy", "npgettext") else None
        yield (tuple(given[:2]) if function.startswith(("ngettext", "npgettext")) else given[0]), context


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language stands; Django wants ``pt_BR`` for ``pt-br``."""
    base, _dash, region = language.partition("-")
    folder = f"{base}_{region.upper()}" if region else base
    return LOCALE / folder / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one when there is none yet."""
    path = catalogue_file(language)
    if not path.is_file():
        return _empty(language)
    with path.open("rb") as file:
        return _without_dates(read_po(file, locale=language))


def _empty(language: str) -> Catalog:
    return _without_dates(Catalog(locale=language, project="Suluh", version="1", charset="utf-8", fuzzy=False))


def _without_dates(catalog: Catalog) -> Catalog:
    """The same words give the same bytes, whoever runs this and whenever: git knows who and when."""
    catalog.creation_date = catalog.revision_date = ALWAYS
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Suluh"
    catalog.header_comment = "# Suluh, words of the interface. script/messages keeps the list of words."
    return catalog


def lacking(language: str, words: Catalog) -> list[str]:
    """What a language lacks, a line each: no translation, or one whose placeholders are not those of the English."""
    catalog = read(language)
    problems = []
    for word in words:
        if not word.id:
            continue
        known = catalog.get(word.id, word.context)
        first = word.id if isinstance(word.id, str) else word.id[0]
        texts = _texts(known) if known else []
        if not texts or not all(texts) or (known and known.fuzzy):
            problems.append(f"{language}: not translated: {first!r}")
        elif any(placeholders(text) - placeholders(*_ids(word)) for text in texts) or (
            isinstance(word.id, str) and placeholders(texts[0]) != placeholders(word.id)
        ):
            problems.append(f"{language}: other placeholders: {first!r}")
    return problems


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(*texts: str) -> set[str]:
    """The named placeholders in a text: ``%(name)s``."""
    return {found for text in texts for found in re.findall(r"%\((\w+)\)[sd]", text)}


def compiled(language: str) -> bytes:
    """The compiled catalogue of a language, as `django.mo` must be."""
    buffer = io.BytesIO()
    write_mo(buffer, read(language))
    return buffer.getvalue()


def update(language: str, words: Catalog) -> None:
    """Bring the catalogue of a language to the words there are: new ones empty, old ones gone, translations kept."""
    old = read(language)
    new = _empty(language)
    if catalogue_file(language).is_file():
        # The plural rule of a catalogue is its translator's: Babel does not know that of every language.
        new.mime_headers = [("Plural-Forms", old.plural_forms)]
        _without_dates(new)
    for word in sorted((word for word in words if word.id), key=lambda each: (each.locations, str(each.id))):
        known = old.get(word.id, word.context)
        new.add(word.id, known.string if known else None, context=word.context, locations=word.locations)
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=110, include_lineno=False, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(language))


def languages() -> list[str]:
    """The languages of the site that need a catalogue."""
    return [code for code, _name in settings.LANGUAGES if code != "en"]


def main(check: bool) -> int:
    words = extracted()
    problems = []
    for language in languages():
        if not check:
            update(language, words)
        problems += lacking(language, words)
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    sys.stdout.write(f"{len(list(words)) - 1} words, {', '.join(languages())}: {len(problems)} problems.\n")
    return 1 if problems and check else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    os.environ.setdefault("SULUH_DEMO", "1")
    sys.exit(main("--check" in sys.argv))
