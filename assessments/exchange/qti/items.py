"""One item of QTI → a question."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from assessments.exchange.making import Made, checked
from assessments.exchange.markup import one_line
from assessments.exchange.pieces import (
    asked_before,
    gathered,
    in_running_text,
    parted,
    points_of,
    rubric_of,
    source_in,
)
from assessments.exchange.qti.answers import KINDS, Asked, chosen_gap, typed_gap
from assessments.exchange.qti.names import BLOCKS, INLINE
from assessments.exchange.qti.responses import Response, response_of
from assessments.exchange.qti.scoring import MAP, Custom, Outcome, Terms, terms_of
from assessments.exchange.qti.texts import PLACE, SET, Body, Texts
from assessments.exchange.question import Found, Left, Skipped
from assessments.exchange.words import PARTLY_RIGHT, RIGHT, WRONG, spoken
from assessments.exchange.xmlfile import Node, words_of
from assessments.types.base import PARTIAL
from assessments.types.gaps import MARK

_PROGRAMMES = ("templatedeclaration", "templateprocessing")
_MOST_DIGITS = 6


def question_of(
    node: Node, where: str, load: Callable[[str], bytes | None], *, language: str, folder: str = ""
) -> Found | Skipped:
    """The question of an item, or why it is none.

    Arguments:
        load, language, folder: as in `Texts`.
    """
    texts = Texts(load, language, folder)
    try:
        made = _Item(node, texts).made()
        general, remarks = _feedback(node, made, texts)
        rubric = _rubric(node, made, texts)
    except Left as reason:
        return Skipped(where=where, why=str(reason), is_error=reason.is_error)
    except Custom:
        return Skipped(where=where, why=_("How it is scored is a programme of its own, which is not known here."))
    feedback, source = source_in(general)
    structure = {**made.structure, **rubric}
    text = {**made.text, "feedback": gathered(feedback, remarks, texts.losses)}
    if texts.picture is not None:
        structure["picture"] = {"name": texts.picture.name}
        text["picture"] = {"alt": texts.alt}
    return checked(
        Found(
            where=where,
            type=made.type,
            structure=structure,
            answer_key=made.answer_key,
            text=text,
            key=one_line(node.get("identifier", "")),
            name=one_line(node.get("title", "")),
            source=source,
            picture=texts.picture,
            points=points_of(made.points, texts.losses),
            losses=tuple(texts.losses),
        )
    )


class _Item:
    """An item while it is read."""

    def __init__(self, node: Node, texts: Texts) -> None:
        self.node, self.texts = node, texts
        if node.get("adaptive") == "true":
            raise Left(_("The item changes with what is answered."), is_error=False)
        if any(node.find(each) is not None for each in _PROGRAMMES):
            raise Left(_("The item makes its text anew each time."), is_error=False)
        body = node.find("itembody")
        if body is None:
            raise Left(_("The item has no text."))
        if node.find("assessmentstimulusref") is not None:
            texts.losses.append(_("A text that several items share is left out."))
        self.body: Body = texts.body(body, takes_picture=True)
        self.responses = {each.name: each for each in self._declared()}
        for each in self.body.interactions:
            if each.tag not in BLOCKS | INLINE:
                raise Left(
                    _("Interactions of the type “%(type)s” are not known here.") % {"type": each.tag[:40]},
                    is_error=False,
                )

    def _declared(self) -> Iterator[Response]:
        # Where an entry of a mapping does not say it, capitals count in 2.x, and do not in 3.0.
        usual = "false" if self.node.get("spelling") == "3" else "true"
        for each in self.node.findall("responsedeclaration"):
            yield response_of(each, heeds_case=usual)

    def made(self) -> Made:
        nodes = self.body.interactions
        if not nodes:
            raise Left(_("The item asks nothing."), is_error=False)
        marked = [each for each in nodes if each.tag != "extendedtextinteraction"]
        if not marked:
            if len(nodes) > 1:
                raise Left(_("It asks for several texts."), is_error=False)
            return self._one(nodes[0], Response("", "single", "string"), None)
        if len(marked) < len(nodes):
            raise Left(_("An essay is no part of another question."), is_error=False)
        terms = self._terms()
        if SET in self.body.style.split():
            return self._set(terms)
        if len(nodes) == 1:
            if self._is_gap(nodes[0]):
                return self._gaps(terms)
            return self._one(nodes[0], self._response(nodes[0]), terms)
        if len(nodes) == 2 and self._is_number_with_unit(nodes, terms):
            return self._one(nodes[0], self._response(nodes[0]), terms, nodes[1])
        if all(each.tag in INLINE and self._response(each).base not in ("float", "integer") for each in nodes):
            return self._gaps(terms)
        return self._set(terms)

    def _terms(self) -> Terms | None:
        outcomes = {
            each.get("identifier", ""): Outcome(each.get("basetype", ""), words_of(each.find("defaultvalue")).strip())
            for each in self.node.findall("outcomedeclaration")
        }
        found = terms_of(self.node.find("responseprocessing"), outcomes, list(self.responses))
        if found is None:
            self.texts.losses.append(_("The item does not say how it is scored."))
        return found

    def _response(self, node: Element) -> Response:
        name = node.get("responseidentifier", "")
        if name not in self.responses:
            raise Left(_("The response “%(name)s” is not declared.") % {"name": one_line(name)[:40]})
        return self.responses[name]

    def _is_number_with_unit(self, nodes: Sequence[Element], terms: Terms | None) -> bool:
        names = {each.get("responseidentifier", "") for each in nodes}
        return (
            [each.tag for each in nodes] == ["textentryinteraction", "inlinechoiceinteraction"]
            and self._response(nodes[0]).base in ("float", "integer")
            and terms is not None
            and len(terms) == 1
            and {each.response for each in terms[0].all_of} == names
        )

    def _is_gap(self, node: Element) -> bool:
        """Whether the place in the text matters: a gap in the midst of words, or one to choose for."""
        if node.tag == "inlinechoiceinteraction":
            return True
        if node.tag != "textentryinteraction" or self._response(node).base in ("float", "integer"):
            return False
        return any(MARK.search(each) for each in self.body.exact) or bool(
            PLACE.split(self.body.tokens)[2].strip(" .\n")
        )

    def _one(self, node: Element, response: Response, terms: Terms | None, unit: Element | None = None) -> Made:
        pair = (unit, self._response(unit)) if unit is not None else None
        asked = Asked(node, response, terms, self.texts, pair)
        made = KINDS[node.tag](asked)
        words = PLACE.split(self.body.tokens)
        before, behind = words[0], "".join(words[2::2])
        if node.tag == "textentryinteraction" and behind.strip():
            stem = [self.body.whole(before.rstrip() + " … " + behind.lstrip(" "))]
        else:
            stem = [self.body.whole(before), self.texts.plain(node.find("prompt")), self.body.whole(behind)]
        made.text["stem"] = "\n\n".join(filter(None, stem)) or one_line(self.node.get("title", ""))
        made.points = _points(asked.worth) if made.type != "essay" else self._most_points()
        return made

    def _most_points(self) -> str:
        """What an item that a person scores says of its most."""
        for each in self.node.findall("outcomedeclaration"):
            if each.get("identifier") == "SCORE" and each.get("normalmaximum"):
                return each.get("normalmaximum", "")
        return ""

    def _gaps(self, terms: Terms | None) -> Made:
        stem, text = parted(self.body.tokens, lambda piece: "[[i" in self.body.whole(piece))
        words = {"stem": self.body.whole(stem) or one_line(self.node.get("title", "")), "text": self.body.whole(text)}
        structure: dict[str, Any] = {"gaps": []}
        key: dict[str, Any] = {}
        options: dict[str, str] = {}
        pinned: list[str] = []
        asked_all = []
        for place, node in enumerate(self.body.interactions, start=1):
            name = f"g{place}"
            words["text"] = words["text"].replace(f"[[i{place}]]", f"[[{name}]]")
            asked = Asked(node, self._response(node), _terms_for(terms, self._response(node)), self.texts)
            asked_all.append(asked)
            if node.tag == "textentryinteraction":
                row, key[name] = typed_gap(asked)
                structure["gaps"].append({"id": name, **row})
                continue
            chosen, right, is_listed = chosen_gap(asked)
            # Gaps may share options here, so those of each get names of their own.
            ids = {each: each if each.startswith(name) else f"{name}{each}" for each in chosen}
            options |= {ids[each]: one for each, one in chosen.items()}
            key[name] = ids[right]
            structure["gaps"].append({"id": name, "options": list(ids.values())})
            pinned += list(ids.values()) if is_listed else []
        if pinned:
            structure["pinned"] = pinned
        is_partial = terms is not None and len(terms) > 1
        if is_partial:
            structure["scoring"] = PARTIAL
            self._compare(asked_all)
        made = Made("gaps", structure, key, words)
        if options:
            made.text["options"] = options
        made.points = _points(sum(each.worth for each in asked_all) if is_partial else _whole_worth(asked_all))
        return made

    def _set(self, terms: Terms | None) -> Made:
        if terms is None:
            raise Custom
        groups = self._groups(terms)
        prompts = {
            f"i{place}": self.texts.plain(node.find("prompt"))
            for place, node in enumerate(self.body.interactions, start=1)
        }
        tokens = self.body.tokens
        for group in groups:
            for unit in group[1:]:
                tokens = tokens.replace(f"[[i{unit + 1}]]", "")
        stem, questions = asked_before(tokens, is_mark=lambda name: name.startswith("i"), prompts=prompts)
        made = Made("set", {"parts": []}, {}, {"stem": self.body.whole(stem), "questions": {}})
        asked_all = []
        for number, places in enumerate(groups, start=1):
            part = f"p{number}"
            nodes = [self.body.interactions[place] for place in places]
            response = self._response(nodes[0])
            names = {each.get("responseidentifier", "") for each in nodes}
            own = tuple(each for each in terms if {one.response for one in each.all_of} <= names)
            pair = (nodes[1], self._response(nodes[1])) if len(nodes) > 1 else None
            asked = Asked(nodes[0], response, own, self.texts, pair)
            if nodes[0].tag in ("hotspotinteraction", "inlinechoiceinteraction"):
                raise in_running_text()
            one = KINDS[nodes[0].tag](asked)
            asked_all.append(asked)
            made.structure["parts"].append({"id": part, "type": one.type, "structure": one.structure})
            made.answer_key[part] = one.answer_key
            made.text["questions"][part] = self.body.whole(questions[f"i{places[0] + 1}"])
            for name, below in one.text.items():
                mine = {f"{part}-{each}": words for each, words in below.items()}
                made.text[name] = made.text.get(name, {}) | mine
        self._compare(asked_all)
        made.points = _points(sum(each.worth for each in asked_all))
        return made

    def _groups(self, terms: Terms) -> list[list[int]]:
        """Interactions, a number together with its unit."""
        nodes, groups, place = self.body.interactions, [], 0
        while place < len(nodes):
            pair = nodes[place : place + 2]
            own = tuple(
                each
                for each in terms
                if {one.response for one in each.all_of} == {node.get("responseidentifier", "") for node in pair}
            )
            is_pair = len(pair) == 2 and self._is_number_with_unit(pair, own)
            groups.append([place, place + 1] if is_pair else [place])
            place += len(groups[-1])
        judged = [frozenset(nodes[each].get("responseidentifier", "") for each in group) for group in groups]
        for term in terms:
            if not any({one.response for one in term.all_of} <= names for names in judged):
                raise Custom
        return groups

    def _compare(self, asked: Sequence[Asked]) -> None:
        worth = [each.worth for each in asked]
        if max(worth) - min(worth) > max(worth) * 0.001:
            self.texts.losses.append(_("Parts count differently there, and alike here."))


def _terms_for(terms: Terms | None, response: Response) -> Terms | None:
    """What a response gains by itself; of a term about all, its judgement alone."""
    if terms is None:
        return None
    own = tuple(each for each in terms if any(one.response == response.name for one in each.all_of))
    if not own:
        raise Custom
    if len(terms) > 1 and any(len(each.all_of) > 1 for each in own):
        raise Custom
    return own


def _whole_worth(asked: Sequence[Asked]) -> float:
    """What all gaps together gain."""
    first = asked[0]
    if first.terms is None:
        return 1.0
    weight = sum(each.weight for each in first.terms)
    return weight * first.response.most if len(asked) == 1 and first.kind == MAP else weight


def _points(worth: float) -> str:
    return f"{round(worth, _MOST_DIGITS):f}"


def _feedback(node: Node, made: Made, texts: Texts) -> tuple[str, list[tuple[str, str]]]:
    """The feedback that is always shown, and the others, each with when."""
    defaults = {
        (each.get("identifier"), one_line(words_of(each.find("defaultvalue"))))
        for each in node.findall("outcomedeclaration")
    }
    options = made.text.get("options", {})
    general, remarks = "", []
    for each in [*node.iter("modalfeedback"), *node.iter("feedbackinline"), *node.iter("feedbackblock")]:
        inner = each.find("contentbody")
        words = texts.plain(inner if inner is not None else each)
        name = each.get("identifier", "")
        if (each.get("outcomeidentifier"), name) in defaults and not general:
            general = words
        elif name in options:
            remarks.append((f"“{one_line(options[name])}”", words))
        else:
            remarks.append((_when(name, texts.language), words))
    return general, remarks


def _when(name: str, language: str) -> str:
    plain = name.lower()
    if "incorrect" in plain or "wrong" in plain:
        return spoken(WRONG, language)
    if "partial" in plain:
        return spoken(PARTLY_RIGHT, language)
    return spoken(RIGHT, language) if "correct" in plain or "right" in plain else ""


def _rubric(node: Node, made: Made, texts: Texts) -> dict[str, Any]:
    """The criteria of an essay, from what is for scorers only."""
    for each in node.iter("rubricblock"):
        if "candidate" in each.get("view", "candidate"):
            continue
        inner = each.find("contentbody")
        words = texts.plain(inner if inner is not None else each)
        rubric = rubric_of(words) if made.type == "essay" else None
        if rubric is not None:
            made.text["rubric"] = rubric[1]
            return {"rubric": rubric[0]}
        if words:
            texts.losses.append(_("Information for markers is left out: %(text)s") % {"text": one_line(words)[:1000]})
    return {}
