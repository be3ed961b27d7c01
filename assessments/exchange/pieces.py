"""Pieces of text as files have them, and as the bank does: numbers, points, tags, sources, accepted texts. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import Any

from django.utils.translation import gettext as _

from assessments.exchange.markup import clean, one_line
from assessments.exchange.question import ANY_LANGUAGE, Found, Left
from assessments.types.gaps import MARK
from assessments.types.typed import FOLDS, compared

#: The language of accepted answers where a file does not say it: that of the course, which the plan knows.
UNSAID = ANY_LANGUAGE
#: As Moodle and QTI compare a short answer: capitals and white space do not count, accents and digits do.
AS_MOODLE = ("case", "forms", "space")
#: Reckons without rounding: two numbers of the bank, multiplied, have no more digits.
DIGITS = Context(prec=100)
_EASE = ("easy", "medium", "hard")
#: Nothing is left out in comparing.
_EXACT = "exact"
#: A control character, a surrogate or no character: none of them can stand in XML 1.0.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_THOUSAND = re.compile("[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_SOURCE = re.compile(r"(?:(.*)\n)?\[([^\[\]\n]{1,200})\]", re.DOTALL)
_GRADE = re.compile(r"(.+) \(([1-9][0-9]?)\)")


def number_of(text: str) -> str | None:
    """A number of a file as the bank keeps it (``"12"``, ``"0.5"``), or None where it is none or too long."""
    if _THOUSAND.fullmatch(text.strip()):  # a thousand for some, and one for others
        return None
    try:
        value = Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip())
    except InvalidOperation:
        return None
    return plain_number(value) if value.is_finite() else None


def plain_number(value: Decimal) -> str | None:
    """A number in decimals, to the letter; None where it is too long."""
    value = value.normalize(DIGITS)
    if value.is_zero():
        return "0"
    return f"{value:f}" if abs(value.adjusted()) <= 19 and -int(value.as_tuple().exponent) <= 20 else None


def number_key(value: str, tolerance: str = "") -> dict[str, str]:
    """The key of a number.

    Raises:
        Left: one of the two is none.
    """
    number, width = number_of(value), number_of(tolerance) if tolerance.strip() else "0"
    if number is None or width is None or width.startswith("-"):
        wrong = value if number is None else tolerance
        # A star stands for any number.
        raise Left(_("“%(answer)s” is no number.") % {"answer": one_line(wrong)[:40]}, is_error=wrong.strip() != "*")
    return {"value": number} | ({"tolerance": width} if width != "0" else {})


def tolerance_in_full(key: Mapping[str, Any]) -> str:
    """How far off a number may be, not in percent."""
    tolerance = str(key.get("tolerance", "0"))
    if not key.get("in_percent"):
        return tolerance
    with localcontext(DIGITS):
        share = abs(Decimal(key["value"])) * Decimal(tolerance) / 100
        return plain_number(share) or number_of(f"{share:.15f}") or "0"


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


def gathered(general: str, others: Sequence[tuple[str, str]], losses: list[str]) -> str:
    """One feedback out of the general one and those for an answer or a result."""
    lines = [clean(general)] if clean(general) else []
    if any(clean(words) for _name, words in others):
        losses.append(_("What is said of single answers stands in the one feedback of the question."))
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
