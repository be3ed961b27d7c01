"""Every word of the interface, out of the code and the templates, and into the catalogues in locale/.

Babel reads the Python files; templates go through Django's own `templatize` first, which turns their tags into calls
that Babel knows. Run by script/messages; tests/test_languages.py uses `extracted`, `broken` and `lacking`.

A broken message (other placeholders or tags, too few forms of a plural) fails in every language that has a catalogue;
a missing one in those of `COMPLETE` only. The board of translations lists what the others lack.
"""

import datetime as dt
import gettext
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from lms.catalogues import catalogue_file, entries, languages
from lms.languages import KNOWN

ROOT = Path(__file__).resolve().parent.parent

ROOMS = ("lms", "accounts", "xapi", "learning", "assessments", "courses", "certificates", "reports", "portal")
#: English, which is the source, and the languages in which no word of the interface may be missing.
COMPLETE = ("id", "ur")
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


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one when there is none yet."""
    path = catalogue_file(language)
    if not path.is_file():
        return _empty(language)
    with path.open("rb") as file:
        return _without_dates(read_po(file, locale=_locale(language)))


def _locale(language: str) -> str | None:
    """As Babel names a language, or one with its rules; None where it knows neither."""
    name = (KNOWN[language].cldr if language in KNOWN else "") or to_locale(language)
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None
    return name


def _empty(language: str) -> Catalog:
    catalog = Catalog(locale=_locale(language), project="Suluh", version="1", charset="utf-8", fuzzy=False)
    rule = KNOWN[language].plural if language in KNOWN else ""
    if rule:
        catalog.mime_headers = [("Plural-Forms", rule)]
    return _without_dates(catalog)


def _without_dates(catalog: Catalog) -> Catalog:
    """The same words give the same bytes, whoever runs this and whenever: git knows who and when."""
    catalog.creation_date = catalog.revision_date = ALWAYS
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "Suluh"
    catalog.header_comment = "# Suluh, words of the interface. script/messages keeps the list of words."
    return catalog


def lacking(language: str, words: Catalog) -> list[str]:
    """The words that a language lacks, a line each."""
    catalog = read(language)
    problems = []
    for word in words:
        known = catalog.get(word.id, word.context) if word.id else None
        if word.id and (known is None or known.fuzzy or not all(_texts(known))):
            problems.append(f"{language}: not translated: {_ids(word)[0]!r}")
    return problems


def broken(language: str) -> list[str]:
    """What is wrong with the words that a language has, a line each: a page with one of these fails or misleads."""
    catalog = read(language)
    problems = []
    for word in catalog:
        texts = _texts(word)
        if not word.id or not any(texts):
            continue
        ids = _ids(word)
        if not all(texts):
            problems.append(f"{language}: a form of the plural is missing: {ids[0]!r}")
        problems += [f"{language}: {what}: {ids[0]!r}" for text in texts if text for what in _wrong(ids, text)]
    return problems + _wrong_forms(language)


def _wrong(ids: list[str], text: str) -> Iterator[str]:
    """What is wrong with one text of a message."""
    own, theirs = placeholders(text), [placeholders(each) for each in ids]
    # The form for one, or for two, may say the number in words.
    if (own not in theirs) if len(ids) == 1 else own - set().union(*theirs):
        yield "other placeholders"
    elif any("%(" in each or "%%" in each for each in ids):
        try:
            _ = text % dict.fromkeys(own, 1)
        except (ValueError, TypeError, KeyError):
            yield "a stray % sign"
    if sorted(tags(text)) not in [sorted(tags(each)) for each in ids]:
        yield "other tags"
    if [text[:1] == "\n", text[-1:] == "\n"] not in [[each[:1] == "\n", each[-1:] == "\n"] for each in ids]:
        yield "begins or ends with another line break"


def _wrong_forms(language: str) -> list[str]:
    """What is wrong with a catalogue as a whole: its rule of plurals, and messages with more or fewer forms than it."""
    try:
        gettext.GNUTranslations(io.BytesIO(compiled(language)))
        catalog = read(language)
        forms, rule = catalog.num_plurals, gettext.c2py(catalog.plural_expr)
        wrong = [n for n in range(1000) if not 0 <= rule(n) < forms]
    except (ValueError, OSError, LookupError) as error:
        return [f"{language}: cannot be compiled: {error}"]
    problems = [f"{language}: the rule of the plural gives no form for {wrong[0]}"] if wrong else []
    for entry in entries(catalogue_file(language).read_text(encoding="utf-8")):
        numbers = [int(each) for each in re.findall(r"^msgstr\[(\d+)\]", entry, re.MULTILINE)]
        if numbers and numbers != list(range(forms)):
            first = re.findall(r'^msgid (".*")', entry, re.MULTILINE)[0]
            problems.append(f"{language}: {len(numbers)} forms of the plural, not {forms}: {first}")
    return problems


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(*texts: str) -> set[str]:
    """The named placeholders in a text: ``%(name)s``."""
    return {found for text in texts for found in re.findall(r"%\((\w+)\)[sd]", text)}


def tags(text: str) -> list[str]:
    """The tags in a text, as they stand: ``<bdi>``, ``</bdi>``."""
    return re.findall(r"</?[a-zA-Z][^<>]*>", text)


def compiled(language: str) -> bytes:
    """The compiled catalogue of a language, as `django.mo` must be.

    What it lacks it borrows from the nearest language that has it, as Dari does from Persian. Its text does not: there
    a word of another language would pass for translated.
    """
    catalog = read(language)
    for like in KNOWN[language].like if language in KNOWN else ():
        lent = read(like)
        for word in lent if catalog.plural_expr == lent.plural_expr else ():
            known = catalog.get(word.id, word.context) if word.id else word
            if all(_texts(word)) and not word.fuzzy and (known is None or not all(_texts(known))):
                catalog.add(word.id, word.string, context=word.context)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str, words: Catalog) -> None:
    """Bring the catalogue of a language to the words there are: new ones empty, old ones gone, translations kept."""
    old = read(language)
    new = _empty(language)
    if catalogue_file(language).is_file():
        # The plural rule of a catalogue is its translator's: Babel does not know that of every language.
        new.mime_headers = [("Plural-Forms", old.plural_forms)]
        _without_dates(new)
    # A language that nobody has begun to translate is offered all the same: its catalogue holds its head only.
    begun = not catalogue_file(language).is_file() or any(word.id for word in old)
    for word in sorted((word for word in words if word.id and begun), key=lambda each: (each.locations, str(each.id))):
        known = old.get(word.id, word.context)
        # A word that has a plural now, or none any more, is another one.
        kept = known.string if known and isinstance(known.id, str) == isinstance(word.id, str) else None
        new.add(word.id, kept, context=word.context, locations=word.locations)
    path = catalogue_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=110, include_lineno=False, omit_header=False)
    path.with_suffix(".mo").write_bytes(compiled(language))


def main(check: bool) -> int:
    words = extracted()
    problems = []
    missing = {}
    for language in languages():
        if not check:
            update(language, words)
        problems += broken(language)
        lacks = lacking(language, words)
        if language in COMPLETE:
            problems += lacks
        else:
            missing[language] = len(lacks)
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    sys.stdout.write(f"{len(list(words)) - 1} words, {', '.join(languages())}: {len(problems)} problems.\n")
    sys.stdout.write("".join(f"{language} lacks {number} words.\n" for language, number in missing.items() if number))
    return 1 if problems and check else 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    os.environ.setdefault("SULUH_DEMO", "1")
    sys.exit(main("--check" in sys.argv))
