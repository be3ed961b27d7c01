"""Reads Moodle XML, one question at a time."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from assessments.exchange.making import checked
from assessments.exchange.markup import one_line
from assessments.exchange.moodlexml.gaps import cloze
from assessments.exchange.moodlexml.kinds import KINDS, is_true, results_of, words
from assessments.exchange.moodlexml.texts import Texts
from assessments.exchange.pieces import gathered, points_of, sorted_tags, source_in, without_compare
from assessments.exchange.question import MOST_PARTS, FileRefused, Found, Left, Skipped
from assessments.exchange.xmlfile import Node, elements, words_of

#: What a path of categories begins with: whose they are, and the one at the top that Moodle makes itself.
_OWNER = re.compile(r"\$[a-z]+[0-9]*\$")
_CLOZE = ("cloze", "multianswer")


def read(file: BinaryIO, *, language: str) -> Iterator[Found | Skipped]:
    """What a Moodle XML file has, question by question.

    Raises:
        FileRefused: it is no such file, or breaks off; then nothing that came before may be used either.
    """
    category: tuple[str, ...] = ()
    is_empty = True
    for node in elements(file, ("question",), roots=("quiz", "question")):
        is_empty = False
        if node.get("type") == "category":
            category = category_of(words_of(node.find("category/text")) or words_of(node.find("category")))
        else:
            yield _question(node, category, language)
        node.clear()
    if is_empty:
        raise FileRefused(_("The file holds no question."))


def category_of(path: str) -> tuple[str, ...]:
    """A path of Moodle, such as ``$course$/top/Law``, from the outermost; a slash in a name is written twice."""
    names = [one_line(each.replace("\0", "/")) for each in path.replace("//", "\0").split("/")]
    while names and (not names[0] or names[0] == "top" or _OWNER.fullmatch(names[0])):
        names.pop(0)
    return tuple(each for each in names if each)


def _question(node: Node, category: tuple[str, ...], language: str) -> Found | Skipped:
    where = _("line %(line)d") % {"line": node.line}
    kind = node.get("type", "")
    if kind == "description":
        return Skipped(where=where, why=_("It is a description, which asks nothing."))
    if kind not in KINDS and kind not in _CLOZE:
        return Skipped(where=where, why=_("Questions of the type “%(type)s” are not known here.") % {"type": kind[:40]})
    if max(Counter(each.tag for each in node).values(), default=0) > MOST_PARTS:
        why = _("A question has at most %(most)s options.") % {"most": 40}
        return Skipped(where=where, why=why, is_error=True)
    texts = Texts(language)
    try:
        made = cloze(node, texts) if kind in _CLOZE else KINDS[kind](node, texts)
        stem = made.text.get("stem") or texts.plain(node.find("questiontext"), takes_picture=True)
    except Left as reason:
        return Skipped(where=where, why=str(reason), is_error=reason.is_error)
    if is_true(node, "hidden", usual=False):
        texts.losses.append(_("It was hidden there."))
    if hints := [each for each in node.findall("hint") if texts.raw(each)]:
        texts.losses.append(_("Hints are left out: %(count)d.") % {"count": len(hints)})
    general, source = source_in(texts.plain(node.find("generalfeedback")))
    remarks = [*made.remarks, *results_of(node, texts)]
    text = {**made.text, "stem": stem, "feedback": gathered(general, remarks, texts.losses)}
    structure = dict(made.structure)
    if texts.picture is not None:
        structure["picture"] = {"name": texts.picture.name}
        text["picture"] = {"alt": texts.alt}
    given = [words_of(each) for each in node.iterfind("tags/tag")]
    tags, difficulty = sorted_tags(given)
    tags, key = without_compare(tags, made.answer_key)
    # Moodle has a penalty for each further try; here a question is tried once, so it says nothing.
    return checked(
        Found(
            where=where,
            type=made.type,
            structure=structure,
            answer_key=key,
            text=text,
            key=one_line(words(node, "idnumber")),
            name=texts.raw(node.find("name")),
            category=category,
            tags=tags,
            difficulty=difficulty,
            source=source,
            picture=texts.picture,
            points=points_of(words(node, "defaultgrade") or made.points, texts.losses),
            losses=tuple(texts.losses),
        )
    )
