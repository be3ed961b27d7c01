"""A text of Moodle with embedded answers as our gaps, or as a set where a gap asks more than gaps can judge."""

import html
import re
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from assessments.exchange.making import Made, accepted, letter, nearest_scoring, one_right, room_for, short_answers
from assessments.exchange.markup import clean, one_line
from assessments.exchange.moodlexml.cloze import Alternative, Gap, parse
from assessments.exchange.moodlexml.texts import Texts, plain_of_html, raw_of
from assessments.exchange.pieces import asked_before, number_key, parted
from assessments.exchange.question import Left
from assessments.exchange.words import FILL_IN, spoken
from assessments.types.base import ALL, PARTIAL
from assessments.types.gaps import MARK

_OWN = r'<div style="white-space: pre-wrap">([^<]*)</div>'
_OWN_GAPS = re.compile(_OWN * 2)
_OWN_PART = _OWN + r"<div>\[\[(g[0-9]+)\]\]</div>"
_OWN_SET = re.compile(_OWN + f"(?:{_OWN_PART})+")
_PICTURE = re.compile(r'<p><img src="[^"<>]*" alt="[^"<>]*"></p>')


def cloze(node: Element, texts: Texts) -> Made:
    """The question of an element of the type cloze."""
    stem = node.find("questiontext")
    parsed = parse(raw_of(stem.find("text")) if stem is not None else "")
    if stem is None or not parsed.gaps:
        raise Left(_("The text has no gap."))
    if len({gap.weight for gap in parsed.gaps}) > 1:
        texts.losses.append(_("Gaps count differently there, and alike here."))
    ids = [f"g{place}" for place in range(1, len(parsed.gaps) + 1)]
    pieces = [parsed.words[0]]
    for each, words in zip(ids, parsed.words[1:], strict=True):
        pieces += [f"[[{each}]]", words]
    for place in range(0, len(pieces), 2):
        if MARK.search(pieces[place]):
            texts.losses.append(_("Double brackets that are no gap are written apart."))
            pieces[place] = MARK.sub(r"[ [\1] ]", pieces[place])
    template = "".join(pieces)
    gaps = dict(zip(ids, parsed.gaps, strict=True))
    made = _set(template, gaps, stem, texts) or _gaps(template, gaps, stem, node, texts)
    made.points = str(sum(gap.weight for gap in parsed.gaps))
    for name, gap in gaps.items():
        for alternative in gap.alternatives:
            if alternative.feedback:
                answer = _answer(gap, alternative, texts)
                remark = plain_of_html(alternative.feedback)
                texts.losses += remark.losses
                made.remarks.append((f"{name[1:]}, “{answer}”", remark.text))
    return made


def _gaps(template: str, gaps: dict[str, Gap], stem: Element, node: Element, texts: Texts) -> Made:
    first = _PICTURE.match(template)
    bare = template[first.end() :] if first else template
    if own := _OWN_GAPS.fullmatch(bare):
        if first:
            texts.of(first[0], "html", stem, takes_picture=True)
        asked, text = clean(html.unescape(own[1])), clean(html.unescape(own[2]))
    else:
        asked, text = parted(texts.of(template, stem.get("format", "html"), stem, takes_picture=True))
        asked = asked or texts.raw(node.find("name")) or spoken(FILL_IN, texts.language)
    structure: dict[str, Any] = {"gaps": [], "scoring": PARTIAL}
    options: dict[str, str] = {}
    key: dict[str, Any] = {}
    pinned: list[str] = []
    for name, gap in gaps.items():
        row: dict[str, Any] = {"id": name}
        if gap.kind == "choice":
            right = _one_right(name, gap, texts)
            own_options = []
            for alternative in gap.alternatives:
                option = letter(len(options))
                options[option] = _answer(gap, alternative, texts)
                own_options.append(option)
                if alternative is right:
                    key[name] = option
            row["options"] = own_options
            pinned += own_options if gap.is_listed else []
        else:
            words = _typed(name, gap, texts)
            row |= room_for(words)
            key[name] = accepted(words, heeds_case=gap.heeds_case)
        structure["gaps"].append(row)
    if pinned:
        structure["pinned"] = pinned
    made = Made("gaps", structure, key, {"stem": asked, "text": text})
    if options:
        made.text["options"] = options
    return made


def _set(template: str, gaps: dict[str, Gap], stem: Element, texts: Texts) -> Made | None:
    first = _PICTURE.match(template)
    bare = template[first.end() :] if first else template
    if own := _OWN_SET.fullmatch(bare):
        if first:
            texts.of(first[0], "html", stem, takes_picture=True)
        asked = clean(html.unescape(own[1]))
        rest = bare[bare.index("</div>") + len("</div>") :]
        questions = {name: clean(html.unescape(words)) for words, name in re.findall(_OWN_PART, rest)}
    elif any(gap.kind in ("number", "several") for gap in gaps.values()):
        asked, questions = asked_before(texts.of(template, stem.get("format", "html"), stem, takes_picture=True))
    else:
        return None
    made = Made("set", {"parts": []}, {}, {"stem": asked, "questions": {}})
    for place, (name, gap) in enumerate(gaps.items(), start=1):
        part = f"p{place}"
        type, structure, key, options = _part(name, gap, texts)
        made.structure["parts"].append({"id": part, "type": type, "structure": structure})
        made.answer_key[part] = key
        made.text["questions"][part] = questions[name]
        if options:
            mine = {f"{part}-{each}": words for each, words in options.items()}
            made.text["options"] = made.text.get("options", {}) | mine
    return made


def _part(name: str, gap: Gap, texts: Texts) -> tuple[str, dict[str, Any], Any, dict[str, str]]:
    if gap.kind == "typed":
        words = _typed(name, gap, texts)
        return "shorttext", dict(room_for(words)), accepted(words, heeds_case=gap.heeds_case), {}
    if gap.kind == "number":
        right = _one_right(name, gap, texts)
        value, _sign, tolerance = right.text.partition(":")
        return "number", {}, number_key(value, tolerance), {}
    options = {letter(place): _answer(gap, each, texts) for place, each in enumerate(gap.alternatives)}
    structure: dict[str, Any] = {"options": list(options), **({"pinned": list(options)} if gap.is_listed else {})}
    if gap.kind == "choice":
        return "single", structure, [letter(gap.alternatives.index(_one_right(name, gap, texts)))], options
    percents = [each.percent for each in gap.alternatives]
    total = sum(each for each in percents if each > 0)
    if total:
        # Moodle brings right answers up to 100 % together, and lets each wrong one undo a right one.
        lost = 0.0 if gap.is_specific else -100 * 100 / total
        percents = [each * 100 / total if each > 0 else each or lost for each in percents]
    right_places, scoring = nearest_scoring(percents, texts.losses)
    structure |= {"scoring": scoring} if scoring != ALL else {}
    return "multiple", structure, [letter(place) for place in right_places], options


def _one_right(name: str, gap: Gap, texts: Texts) -> Alternative:
    named = [(_answer(gap, each, Texts(texts.language)), each.percent) for each in gap.alternatives]
    several = _("Gap %(number)s has several right answers.") % {"number": name[1:]}
    return gap.alternatives[one_right(named, texts.losses, none=_none(name), several=several)]


def _typed(name: str, gap: Gap, texts: Texts) -> list[str]:
    return short_answers([(one_line(e.text), e.percent) for e in gap.alternatives], texts.losses, none=_none(name))


def _none(name: str) -> str:
    return _("Gap %(number)s has no answer that is right in full.") % {"number": name[1:]}


def _answer(gap: Gap, alternative: Alternative, texts: Texts) -> str:
    if gap.kind in ("typed", "number"):
        return one_line(alternative.text)
    plain = plain_of_html(alternative.text)
    texts.losses += plain.losses
    return plain.text
