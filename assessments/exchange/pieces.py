"""What readers of all formats need to make a question of the bank. Pure."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from assessments.exchange.markup import clean, one_line
from assessments.exchange.question import ANY_LANGUAGE, FALSE, TRUE, Found, Skipped
from assessments.exchange.words import truths
from assessments.types import TYPES
from assessments.types.base import ALL, PARTIAL, PENALTY
from assessments.types.gaps import MARK
from assessments.types.typed import FOLDS, LONGEST_SHORT, SHORT, compared

#: The language of accepted answers where a file does not say it: that of the course, which the plan knows.
UNSAID = ANY_LANGUAGE
#: How far percents of a file may be off, being rounded.
NEAR = 0.01
#: The same of a share that is written in whole percents: 33, 33 and 34.
ROUNDED = 0.7
#: How many percents right answers may lie apart and still be scored by their share.
EVEN = 2
#: As Moodle and QTI compare a short answer: capitals and white space do not count, accents and digits do.
AS_MOODLE = ("case", "forms", "space")
#: An id that is kept as a file has it.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,19}")
#: Stands in for a picture and its words while a question is judged: what a picture is, is decided later.
_PICTURE = {"address": f"/files/{'0' * 64}.png", "width": 100, "height": 100}
_EASE = ("easy", "medium", "hard")
#: Nothing is left out in comparing.
_EXACT = "exact"
#: A control character, a surrogate or no character: none of them can stand in XML 1.0.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WILD = re.compile(r"(?<!\\)\*")
_THOUSAND = re.compile("[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_SOURCE = re.compile(r"(?:(.*)\n)?\[([^\[\]\n]{1,200})\]", re.DOTALL)
_GRADE = re.compile(r"(.+) \(([1-9][0-9]?)\)")


class Left(ValueError):
    """The question is not taken over; the message says why."""

    def __init__(self, why: str, *, is_error: bool = True) -> None:
        super().__init__(why)
        self.is_error = is_error


@dataclass
class Made:
    """What a question is here, and the feedback for its answers, each with what it is about."""

    type: str
    structure: dict[str, Any]
    answer_key: Any
    text: dict[str, Any]
    remarks: list[tuple[str, str]] = field(default_factory=list)
    points: str = ""


def letter(place: int) -> str:
    """a, b, … z, aa, ab …"""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def letters(texts: Sequence[Any]) -> list[str]:
    """Ids for so many options."""
    return [letter(place) for place in range(len(texts))]


def kept_ids(names: Sequence[str]) -> dict[str, str]:
    """Names of a file → ids: the same where all of them can be ids, else letters."""
    if all(ID.fullmatch(each) for each in names):
        return {each: each for each in names}
    return dict(zip(names, letters(names), strict=True))


def number_of(text: str) -> str | None:
    """A number of a file as the bank keeps it (``"12"``, ``"0.5"``), or None where it is none or too long."""
    if _THOUSAND.fullmatch(text.strip()):  # a thousand for some, and one for others
        return None
    try:
        value = Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 19 or -int(value.normalize().as_tuple().exponent) > 20:
        return None
    plain = f"{value.normalize():f}"
    return "0" if Decimal(plain) == 0 else plain


def points_of(text: str, losses: list[str]) -> int:
    """How much a question counts: a whole number from one."""
    value = number_of(text) if text.strip() else "1"
    if value is None:
        losses.append(_("The points “%(points)s” are no number; it counts 1.") % {"points": one_line(text)[:20]})
        return 1
    points = min(max(round(Decimal(value)), 1), 100)
    if Decimal(value) != points:
        losses.append(_("It counts %(points)d instead of %(given)s.") % {"points": points, "given": value})
    return points


def truth_of(options: Sequence[str], texts: Mapping[str, str], key: Sequence[str], language: str) -> bool | None:
    """Whether a statement is true, or None where its answers are not the words “true” and “false”.

    Arguments:
        texts: the words of the answers; an answer without words has its id for one.
        language: of the texts.
    """
    words = {word.casefold(): truth for truth, word in truths(language).items()} | {TRUE: TRUE, FALSE: FALSE}
    said = {each: words.get(one_line(texts.get(each) or each).casefold(), "") for each in options}
    if sorted(said.values()) != [FALSE, TRUE] or len(key) != 1 or key[0] not in said:
        return None
    return said[key[0]] == TRUE


def no_truth() -> str:
    """What is lost of a statement whose answers have other words."""
    return _("Its answers are not “true” and “false”, so it becomes a single choice.")


def name_parts(named: Iterable[tuple[str, float]], losses: list[str]) -> None:
    """What is lost of answers (text, percent) that are right in part, or take points away."""
    is_taking = False
    for name, percent in named:
        is_taking = is_taking or percent < 0
        if NEAR < percent < 100 - NEAR:
            losses.append(
                _("“%(answer)s” counts %(percent)s %% there; here it is wrong.")
                % {"answer": one_line(name)[:60], "percent": f"{percent:.7g}"}
            )
    if is_taking:
        losses.append(less_than_nothing())


def less_than_nothing() -> str:
    """What is lost of answers that take points away where one is chosen or typed."""
    return _("Wrong answers took points away; here they give none.")


def short_answers(named: Sequence[tuple[str, float]], losses: list[str]) -> tuple[list[str], bool]:
    """The texts of Moodle (text, percent) that are right in full, and whether one of them stands for many."""
    name_parts(named, losses)
    full = [name for name, percent in named if percent >= 100 - NEAR and name]
    wild = [each for each in full if _WILD.search(each)]
    if wild:
        losses.append(
            _("A star stands for any text in “%(answer)s”; that is not taken over.") % {"answer": wild[0][:60]}
        )
    return [each.replace("\\*", "*") for each in full if each not in wild], bool(wild)


def starred(text: str) -> str:
    """The inverse: an accepted text in which a star is a star."""
    return text.replace("*", "\\*")


def accepted(texts: Sequence[str], *, heeds_case: bool = False) -> dict[str, Any]:
    """The key of a typed text."""
    found: dict[str, Any] = {"accepted": {UNSAID: list(dict.fromkeys(one_line(each) for each in texts))}}
    return compared_by(found, AS_MOODLE, heeds_case=heeds_case)


def compared_by(key: Mapping[str, Any], folds: Collection[str], *, heeds_case: bool) -> dict[str, Any]:
    """A key of typed texts that leaves out these in comparing; whether capitals count is said for itself."""
    wanted = [each for each in FOLDS if (each == "case" and not heeds_case) or (each != "case" and each in folds)]
    plain = {name: value for name, value in key.items() if name != "folds"}
    return plain if wanted == list(FOLDS) else {**plain, "folds": wanted}


def compare_word(keys: Iterable[Mapping[str, Any]], sign: str) -> str:
    """How typed texts are compared, where others do it otherwise: ``marks digits forms space``.

    Empty where they do it alike, or where the keys differ among themselves.
    """
    ways = {tuple(each for each in FOLDS if each in key.get("folds", FOLDS) and each != "case") for key in keys}
    if len(ways) != 1 or ways == {AS_MOODLE[1:]}:
        return ""
    return sign.join(ways.pop()) or _EXACT


def folds_in(word: str, sign: str) -> tuple[str, ...] | None:
    """The inverse of `compare_word`; None where it is no such word."""
    folds = () if word == _EXACT else tuple(word.split(sign))
    return folds if word and folds == tuple(each for each in FOLDS if each in folds and each != "case") else None


def typed_keys(key: Any) -> Iterator[Mapping[str, Any]]:
    """All keys of typed texts in that of a question."""
    if isinstance(key, Mapping):
        if "accepted" in key:
            yield key
        else:
            for each in key.values():
                yield from typed_keys(each)


def with_folds(key: Any, folds: Collection[str]) -> Any:
    """The key of a question whose typed texts are compared by these."""
    if not isinstance(key, Mapping):
        return key
    if "accepted" in key:
        return compared_by(key, folds, heeds_case=heeds_case(key))
    return {name: with_folds(each, folds) for name, each in key.items()}


def room_for(texts: Sequence[str]) -> dict[str, int]:
    """How long an answer may be, where the accepted ones need more than usual."""
    longest = max((len(each) for each in texts), default=0)
    return {"length": LONGEST_SHORT} if longest > SHORT else {}


def mixed(order: Sequence[str], texts: Mapping[str, str]) -> list[str]:
    """Steps as they are shown: never in their right order, and always in the same other one."""
    shown = sorted(order, key=lambda each: hashlib.sha256(f"{texts[each]}\0{each}".encode()).digest())
    return shown if shown != list(order) else [*shown[1:], *shown[:1]]


def nearest_scoring(percents: Sequence[float], losses: list[str]) -> tuple[list[int], str]:
    """Which options are right, and the nearest way to score them that is no kinder."""
    right = [place for place, each in enumerate(percents) if each > 0]
    wrong = [each for each in percents if each <= 0]
    if not right:
        raise Left(_("No answer is right."))
    share = 100 / len(right)
    gives = [percents[place] for place in right]
    takes_all = bool(wrong) and all(abs(each + 100) <= NEAR for each in wrong)
    if takes_all or max(gives) - min(gives) > EVEN or any(-each > share + EVEN for each in wrong):
        if len(right) > 1:
            losses.append(_("Some of the right answers gave a part of the points; here only all of them give points."))
        return right, ALL
    if any(abs(each - share) > ROUNDED for each in gives):
        losses.append(_("Right answers count differently there, and alike here."))
    if wrong and all(abs(each + share) <= ROUNDED for each in wrong):
        return right, PENALTY
    if any(wrong):
        losses.append(_("Wrong answers take points away as much as right ones give them."))
        return right, PENALTY
    if wrong:
        losses.append(_("Who chooses everything gains all points there, and not here."))
    return right, PARTIAL


def gathered(general: str, others: Sequence[tuple[str, str]]) -> str:
    """One feedback out of the general one and those for an answer or a result."""
    lines = [clean(general)] if clean(general) else []
    for name, words in others:
        if clean(words):
            lines.append(f"{one_line(name)}: {clean(words)}" if name else clean(words))
    return "\n".join(lines)


def parted(text: str, has_gap: Callable[[str], bool] = lambda piece: bool(MARK.search(piece))) -> tuple[str, str]:
    """What is asked, and the text with gaps: it begins with the first paragraph, or else line, that has one."""
    for sign in ("\n\n", "\n"):
        pieces = text.split(sign)
        first = next((place for place, each in enumerate(pieces) if has_gap(each)), 0)
        if first:
            return sign.join(pieces[:first]), sign.join(pieces[first:])
    return "", text


def asked_before(
    text: str,
    is_mark: Callable[[str], bool] = lambda name: True,
    prompts: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, str]]:
    """The text of a set, and the question before each gap.

    Arguments:
        is_mark: which marks are gaps.
        prompts: a question that a gap has of its own; then what stands before it goes with it.

    Raises:
        Left: gaps stand in running text, where only words can be judged.
    """
    asked, questions, before, last = "", {}, "", ""
    pieces = MARK.split(text)
    for place, piece in enumerate(pieces):
        if not place % 2:
            if last and piece.strip() and not before and not piece.lstrip(" .").startswith("\n"):
                raise in_running_text()
            before += piece
            continue
        if not is_mark(piece):
            before += f"[[{piece}]]"
            continue
        # The full stop behind the last gap is no part of the next question.
        question, prompt = (before.lstrip(" .\n") if last else before).strip(), (prompts or {}).get(piece, "")
        if not last and prompt:
            asked, question = question, ""
        elif not last:
            for sign in ("\n\n", "\n"):
                asked, found, rest = question.rpartition(sign)
                if found:
                    question = rest
                    break
        question = "\n\n".join(filter(None, (question, prompt)))
        if not question:
            raise in_running_text()
        questions[piece], before, last = question, "", piece
    if before.strip():
        asked = "\n\n".join(filter(None, (asked.strip(), before.strip())))
    return asked.strip() or next(iter(questions.values()), ""), questions


def in_running_text() -> Left:
    """For gaps that ask for more than a word."""
    return Left(_("A number or several choices in running text are not known here."), is_error=False)


def rubric_of(text: str) -> tuple[list[dict[str, Any]], dict[str, str]] | None:
    """Criteria, each in a line with its points in parentheses; None where it is written in another way."""
    found = [_GRADE.fullmatch(line.strip()) for line in text.split("\n") if line.strip()]
    if not found or not all(found):
        return None
    ids = [f"c{place}" for place in range(1, len(found) + 1)]
    rows = [(each, match) for each, match in zip(ids, found, strict=True) if match is not None]
    return [{"id": each, "points": int(match[2])} for each, match in rows], {each: match[1] for each, match in rows}


def rubric_text(structure: Mapping[str, Any], text: Mapping[str, Any]) -> str:
    """The inverse of `rubric_of`."""
    words = text.get("rubric", {})
    return "\n".join(f"{one_line(words.get(e['id'], ''))} ({e['points']})" for e in structure.get("rubric", ()))


def ease_word(difficulty: int) -> str:
    """How hard it is, as a tag of files that have no other place for it."""
    return f"difficulty:{_EASE[difficulty - 1]}" if 1 <= difficulty <= len(_EASE) else ""


def sorted_tags(tags: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Tags, and how hard it is where one of them says so."""
    difficulty, plain = 0, []
    for tag in dict.fromkeys(one_line(each) for each in tags):
        name, colon, value = tag.partition(":")
        if colon and name == "difficulty" and value in _EASE:
            difficulty = _EASE.index(value) + 1
        elif tag:
            plain.append(tag)
    return tuple(plain), difficulty


def compare_tag(keys: Iterable[Mapping[str, Any]]) -> str:
    """How typed texts are compared, as a tag of files that have no other place for it."""
    word = compare_word(keys, " ")
    return f"compare:{word}" if word else ""


def without_compare(tags: Sequence[str], key: Any) -> tuple[tuple[str, ...], Any]:
    """Tags without that of `compare_tag`, and the key of the question compared as it says."""
    if not any(typed_keys(key)):
        return tuple(tags), key
    plain = []
    for tag in tags:
        name, _colon, word = tag.partition(":")
        folds = folds_in(word, " ") if name == "compare" else None
        if folds is None:
            plain.append(tag)
        else:
            key = with_folds(key, folds)
    return tuple(plain), key


def checked(found: Found) -> Found | Skipped:
    """The question, or why it is none: what the bank would refuse is said here, with its line."""
    kind = TYPES[found.type]
    structure, text = dict(found.structure), dict(found.text)
    if structure.get("picture"):
        structure["picture"] = _PICTURE
        text["picture"] = {"alt": "-"}
    text["feedback"] = text.get("feedback") or "-"
    if found.type == "truefalse" and list(structure["options"]) == [TRUE, FALSE]:
        text["options"] = dict.fromkeys(structure["options"], "-")  # the plan writes the words
    if not text.get("stem"):
        return Skipped(where=found.where, why=_("The question has no text."), is_error=True)
    problems = kind.problems(structure, found.answer_key) or kind.wording_problems(structure, text)
    if problems:
        return Skipped(where=found.where, why=" ".join(problems), is_error=True)
    return replace(found, losses=tuple(dict.fromkeys(found.losses)))


def tidied(question: Found) -> tuple[Found, list[str]]:
    """A question as it can stand in XML, and what that costs."""
    losses: list[str] = []

    def tidy(value: Any) -> Any:
        if isinstance(value, str):
            if _IMPOSSIBLE.search(value) and not losses:
                losses.append(_("Control characters are left out."))
            return clean(value)
        if isinstance(value, Mapping):
            return {name: tidy(each) for name, each in value.items()}
        return type(value)(tidy(each) for each in value) if isinstance(value, list | tuple) else value

    plain = {
        name: tidy(getattr(question, name))
        for name in ("text", "answer_key", "key", "name", "category", "tags", "source")
    }
    return replace(question, **plain), losses


def sourced(question: Found) -> str:
    """The feedback and, in brackets in its last line, the source, for which other systems have no place."""
    return "\n".join(filter(None, (question.text.get("feedback", ""), f"[{question.source}]" * bool(question.source))))


def source_in(feedback: str) -> tuple[str, str]:
    """The inverse of `sourced`."""
    found = _SOURCE.fullmatch(feedback)
    return (found[1] or "", found[2]) if found else (feedback, "")


def key_texts(key: Mapping[str, Any], language: str) -> list[str]:
    """All accepted texts, those of a language first: what another system compares with."""
    texts = key["accepted"]
    own = [each for each in texts if each == language] or [each for each in texts if each == UNSAID]
    order = [*own, *sorted(each for each in texts if each not in own)]
    return list(dict.fromkeys(each for name in order for each in texts[name]))


def key_losses(key: Mapping[str, Any], language: str) -> list[str]:
    """What of accepted texts other systems cannot say."""
    losses = []
    if set(key["accepted"]) - {language, UNSAID}:
        losses.append(_("Accepted answers of all languages are written as of one."))
    folds = set(key.get("folds", FOLDS)) - {"case"}
    has_marks = any(compared(each, ("marks", "digits")) != each for texts in key["accepted"].values() for each in texts)
    if folds != set(AS_MOODLE[1:]) and (folds != set(FOLDS[1:]) or has_marks):
        losses.append(compared_otherwise())
    return losses


def compared_otherwise() -> str:
    """For accepted texts of which other systems leave out less in comparing."""
    return _("Other systems compare accents and digits as they are typed.")


def heeds_case(key: Mapping[str, Any]) -> bool:
    """Whether capitals count."""
    return "case" not in key.get("folds", FOLDS)
