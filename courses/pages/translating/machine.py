"""Machine translation, a plug-in that is off unless the site's settings name one.

Only words of the source language are sent, never anything of a person, and never what a test shows. What comes back is
a proposal: marked, never accepted by itself, and a machine's for as long as nobody edits it.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import requests
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from wagtail_localize.strings import StringValue

from courses.pages.translating.segments import Segment
from lms.text import tidy

#: So much is sent at once, and no further request begins after so many seconds: a person waits.
MOST_TEXTS, MOST_CHARACTERS = 20, 4_000
SECONDS_EACH, SECONDS_ALL = 25, 20
_LONGEST_ANSWER = 2_000_000
_TAG = re.compile(r"<\s*(/?)\s*([a-z][a-z0-9]*)([^<>]*)>", re.IGNORECASE)
#: Our languages that LibreTranslate knows by other names.
_OTHER_NAMES = {"zh-hans": ("zh-Hans", "zh"), "zh-hant": ("zh-Hant", "zt"), "fil": ("tl",), "prs": ("fa",)}


class MachineFailed(Exception):
    """The machine gave no translation. The message is for the translator."""


class Machine(Protocol):
    """What a plug-in is: a class that is made with the address and key of the settings."""

    name: str

    def languages(self) -> Mapping[str, frozenset[str]]:
        """Each language that it translates from, with those that it translates into, by our codes.

        Raises:
            MachineFailed: it does not answer.
        """
        ...

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Texts with inline HTML tags in another language, as many and in the same order; the tags stay.

        Raises:
            MachineFailed: it does not answer, or not with as many texts.
        """
        ...


def machine() -> Machine | None:
    """The plug-in of this site; None while there is none."""
    if not settings.MACHINE_TRANSLATION:
        return None
    made: Machine = import_string(settings.MACHINE_TRANSLATION)(
        url=settings.MACHINE_TRANSLATION_URL, key=settings.MACHINE_TRANSLATION_KEY
    )
    return made


def is_sent(segment: Segment) -> bool:
    """Whether a machine may see a segment: texts of tests are secret."""
    return not segment.is_neutral and not segment.is_assessed


def translated(by: Machine, segments: Sequence[Segment], source: str, target: str) -> list[tuple[Segment, str]]:
    """What a machine makes of some segments, as many as it can within the time; without those whose tags it broke.

    The result is shorter than what was asked for where time ran out; asking again goes on from there.

    Raises:
        MachineFailed: it does not know the languages, or does not answer.
    """
    if target not in by.languages().get(source, frozenset()):
        raise MachineFailed(_("%(machine)s does not translate between these languages.") % {"machine": by.name})
    until = time.monotonic() + SECONDS_ALL
    found: list[tuple[Segment, str]] = []
    for batch in _batches([segment for segment in segments if is_sent(segment)]):
        if time.monotonic() > until:
            break
        sent = [_as_html(segment) for segment in batch]
        answers = by.translate(sent, source, target)
        for segment, before, after in zip(batch, sent, answers, strict=True):
            found.append((segment, _as_text(segment, before, after)))
    return found


def _batches(segments: Sequence[Segment]) -> list[list[Segment]]:
    batches: list[list[Segment]] = []
    size = 0
    for segment in segments:
        if not batches or len(batches[-1]) >= MOST_TEXTS or size + len(segment.source) > MOST_CHARACTERS:
            batches.append([])
            size = 0
        batches[-1].append(segment)
        size += len(segment.source)
    return batches


def _as_html(segment: Segment) -> str:
    return segment.source if segment.is_rich else str(StringValue.from_plaintext(segment.source).data)


def _as_text(segment: Segment, before: str, after: str) -> str:
    """The words of an answer as the segment takes them; empty where the tags are no longer those of the source."""
    try:
        value = StringValue.from_translated_html(after)
    except ValueError:
        return ""
    if Counter(_tags(before)) != Counter(_tags(value.data)):
        return ""
    return tidy(value.data if segment.is_rich else value.render_text())


def _tags(text: str) -> list[tuple[str, str, str]]:
    return [(close, name.lower(), "" if close else rest.strip(" /")) for close, name, rest in _TAG.findall(text)]


class LibreTranslate:
    """LibreTranslate, on a machine of one's own (https://docs.libretranslate.com)."""

    name = "LibreTranslate"

    def __init__(self, url: str, key: str = "") -> None:
        self.url, self.key = url.rstrip("/"), key

    def languages(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        ours = [code for code, _name in settings.LANGUAGES]
        for code, targets in self._known.items():
            for source in ours:
                if code in _names(source):
                    known = {each for each in ours if targets.intersection(_names(each))} - {source}
                    found[source] = found.get(source, frozenset()) | known
        return found

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        there = next((name for name in _names(source) if name in self._known), source)
        body = {
            "q": list(texts),
            "source": there,
            "target": next((name for name in _names(target) if name in self._known.get(there, ())), target),
            "format": "html",
            **({"api_key": self.key} if self.key else {}),
        }
        answer = self._ask("POST", "/translate", body)
        found = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(found, list) or len(found) != len(texts) or not all(isinstance(each, str) for each in found):
            raise self._strange()
        return found

    @cached_property
    def _known(self) -> Mapping[str, frozenset[str]]:
        """Its languages by its own names, each with those that it translates into."""
        answer = self._ask("GET", "/languages")
        if not isinstance(answer, list):
            raise self._strange()
        found = {}
        for each in answer:
            if not isinstance(each, dict) or not isinstance(each.get("targets"), list):
                raise self._strange()
            found[str(each.get("code"))] = frozenset(str(target) for target in each["targets"])
        return found

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy of the environment: the texts go to this address and nowhere else
                with session.request(
                    method,
                    self.url + path,
                    json=body,
                    timeout=(5, SECONDS_EACH),
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    if answer.status_code != 200:
                        raise self._refused(answer.status_code)
                    content = answer.raw.read(_LONGEST_ANSWER + 1, decode_content=True)
                    if len(content) > _LONGEST_ANSWER:
                        raise self._strange()
            return json.loads(content)
        except requests.Timeout as reason:
            raise MachineFailed(
                _("%(machine)s does not answer in time. Try again later.") % {"machine": self.name}
            ) from reason
        except ValueError as reason:
            raise self._strange() from reason
        except (requests.RequestException, OSError) as reason:
            raise MachineFailed(
                _("%(machine)s cannot be reached. Tell the people who run the site.") % {"machine": self.name}
            ) from reason

    def _refused(self, status: int) -> MachineFailed:
        if status in (401, 403):
            words = _("%(machine)s does not accept the key of this site. Tell the people who run the site.")
        elif status == 429:
            words = _("%(machine)s is asked too often. Try again later.")
        else:
            words = _("%(machine)s answered with the error %(status)d. Tell the people who run the site.")
        return MachineFailed(words % {"machine": self.name, "status": status})

    def _strange(self) -> MachineFailed:
        return MachineFailed(
            _("%(machine)s answered something that is no translation. Tell the people who run the site.")
            % {"machine": self.name}
        )


def _names(code: str) -> tuple[str, ...]:
    """By which names LibreTranslate may know a language of ours, the best first."""
    return (code, *_OTHER_NAMES.get(code, ()))
