"""The term base as a readable file: read, compared with the site, applied. `curriculum/terms.yaml` shows the format."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.services import audit
from courses.pages.exchange.reading import BundleProblems, Fields, Node, Place, Problem, read_yaml
from courses.pages.exchange.schema import LANGUAGE, SLUG
from courses.pages.models import Term, TermWording
from courses.pages.services.terms import LONGEST_FORM
from lms.text import fold

FORMAT = "suluh-terms/1"


@dataclass(frozen=True)
class Words:
    """How a file says a term in one language."""

    language: str
    forms: tuple[str, ...]
    forbidden: tuple[str, ...]
    confidence: str
    note: str

    def values(self) -> dict[str, Any]:
        return {
            "forms": list(self.forms),
            "forbidden": list(self.forbidden),
            "confidence": self.confidence,
            "note": self.note,
        }


@dataclass(frozen=True)
class Entry:
    """One term of a file."""

    key: str
    term: str
    definition: str
    source: str
    words: tuple[Words, ...]

    def values(self) -> dict[str, str]:
        return {"term": self.term, "definition": self.definition, "source": self.source}


@dataclass
class TermPlan:
    """What importing a file would do. `kept` counts what people decided on the site and the file says otherwise."""

    terms: list[Term] = field(default_factory=list)
    changed_terms: list[Term] = field(default_factory=list)
    wordings: list[TermWording] = field(default_factory=list)
    changed_wordings: list[TermWording] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def made(self) -> int:
        return len(self.terms) + len(self.wordings)

    @property
    def changed(self) -> int:
        return len(self.changed_terms) + len(self.changed_wordings)


def read_terms(path: Path) -> list[Entry]:
    """The terms of a file.

    Raises:
        BundleProblems: everything that is wrong in it, with its line.
    """
    problems: list[Problem] = []
    root = read_yaml(path, path.name, problems)
    entries = _Reader(problems).read(root) if root else []
    if problems:
        raise BundleProblems(problems)
    return entries


class _Reader:
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.keys: dict[str, Place] = {}
        self.names: dict[str, Place] = {}

    def read(self, root: Node) -> list[Entry]:
        file = Fields(root, self.problems, "the file")
        if not file.is_mapping:
            return []
        version = file.text("format")
        if version != FORMAT:
            place = file.place("format")
            self.problems.append(place.problem(f"the format “{version}” is unknown; this version reads “{FORMAT}”."))
            return []
        entries = [self.entry(node) for node in file.items("terms")]
        file.done()
        return entries

    def entry(self, node: Node) -> Entry:
        fields = Fields(node, self.problems, "a term")
        key = fields.text("key", most=60)
        if key and not SLUG.fullmatch(key):
            fields.complain(f"“{key}” is no key: use small letters, digits and hyphens.", fields.place("key"))
        term = fields.text("term", most=120)
        self.once(self.keys, key, fields.place("key"))
        self.once(self.names, fold(term), fields.place("term"))
        entry = Entry(
            key=key,
            term=term,
            definition=fields.text("definition", required=False, most=400),
            source=fields.text("source", required=False, most=120),
            words=tuple(
                self.words(language, place, words) for language, place, words in fields.mapping("words", required=False)
            ),
        )
        fields.done()
        return entry

    def once(self, seen: dict[str, Place], value: str, place: Place) -> None:
        if not value:
            return
        if value in seen:
            self.problems.append(place.problem(f"“{value}” stands here twice (first in line {seen[value].line})."))
        seen.setdefault(value, place)

    def words(self, language: str, place: Place, node: Node) -> Words:
        if not LANGUAGE.fullmatch(language.lower()) or len(language) > 12:
            self.problems.append(place.problem(f"“{language}” is no code of a language, such as id or zh-hans."))
        fields = Fields(node, self.problems, f"“{language}”")
        forms = fields.texts("forms", required=False, most=LONGEST_FORM)
        forbidden = fields.texts("forbidden", required=False, most=LONGEST_FORM)
        if fields.is_mapping and not forms + forbidden:
            fields.complain(f"“{language}” has no forms; write “forms: [ … ]”.", place)
        for form in forbidden:
            if fold(form) in {fold(each) for each in forms}:
                fields.complain(f"“{form}” cannot be right and forbidden at once.", fields.place("forbidden"))
        words = Words(
            language=language.lower(),
            forms=forms,
            forbidden=forbidden,
            confidence=fields.choice("confidence", TermWording.Confidence.values),
            note=fields.text("note", required=False, most=300),
        )
        fields.done()
        return words


def plan_terms(entries: Sequence[Entry]) -> TermPlan:
    """Compare a file with the site. What a person touched stays; a site keeps terms that the file does not have."""
    plan = TermPlan()
    terms = {each.key: each for each in Term.objects.all()}
    names = {fold(each.term): each for each in terms.values()}
    wordings = {(each.term_id, each.language): each for each in TermWording.objects.all()}
    for entry in entries:
        same_name = names.get(fold(entry.term))
        term = terms.get(entry.key) or same_name  # a person may have added it under a key of its own
        if term is None:
            term = Term(key=entry.key, **entry.values())
            plan.terms.append(term)
        elif any(getattr(term, name) != value for name, value in entry.values().items()):
            if term.added_at is not None:
                plan.kept.append(term.key)
            else:
                for name, value in entry.values().items():
                    setattr(term, name, value)
                plan.changed_terms.append(term)
        else:
            plan.unchanged += 1
        for words in entry.words:
            wording = wordings.get((term.pk, words.language)) if term.pk else None
            if wording is None:
                plan.wordings.append(TermWording(term=term, language=words.language, **words.values()))
            elif all(getattr(wording, name) == value for name, value in words.values().items()):
                plan.unchanged += 1
            elif wording.changed_at is not None or wording.decided_at is not None:
                plan.kept.append(f"{term.key} {words.language}")
            else:
                for name, value in words.values().items():
                    setattr(wording, name, value)
                plan.changed_wordings.append(wording)
    return plan


@transaction.atomic
def apply_terms(entries: Sequence[Entry]) -> TermPlan:
    """Import a file: all of it, in a few statements. Twice changes nothing.

    Returns:
        what was done.
    """
    list(Term.objects.select_for_update(of=("self",)).order_by("pk"))
    plan = plan_terms(entries)
    Term.objects.bulk_create(plan.terms)
    Term.objects.bulk_update(plan.changed_terms, ["term", "definition", "source"])
    TermWording.objects.bulk_create(plan.wordings)
    TermWording.objects.bulk_update(plan.changed_wordings, ["forms", "forbidden", "confidence", "note"])
    if plan.made or plan.changed:
        languages = Counter(each.language for each in plan.wordings + plan.changed_wordings)
        audit(
            by=None,
            action="terms.imported",
            target="courses.term:file",
            details={"made": plan.made, "changed": plan.changed, "kept": len(plan.kept), "languages": dict(languages)},
        )
    return plan
