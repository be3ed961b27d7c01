"""The term base as people look at it: a language, its terms, one term."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import Http404

from accounts.models import User
from accounts.selectors import names_for
from courses.pages.models import Term, TermWording
from courses.pages.translating.terms import BASE_LANGUAGE
from lms.text import fold, has_words


@dataclass(frozen=True)
class Row:
    """One term with its wording in a language and in English."""

    term: Term
    wording: TermWording | None
    english: TermWording | None

    @property
    def status(self) -> str:
        """``missing`` where nobody proposed a form."""
        return self.wording.status if self.wording and self.wording.forms else "missing"


@dataclass(frozen=True)
class OneTerm:
    """One term in one language, with who did what, and how it is said elsewhere."""

    row: Row
    changed_by: str
    decided_by: str
    elsewhere: tuple[TermWording, ...]


def term_languages() -> list[str]:
    """The languages of the site and those for which somebody collected terms already; English first."""
    collected = set(TermWording.objects.order_by().values_list("language", flat=True).distinct())
    site = [code for code, _name in settings.LANGUAGES]
    found = [*site, *sorted(code for code in collected - set(site) if code in LANG_INFO)]
    return [BASE_LANGUAGE, *(code for code in found if code != BASE_LANGUAGE)]


def term_rows(language: str, *, search: str = "", status: str = "") -> list[Row]:
    """The terms of the term base in one language, by their English names.

    Arguments:
        search: words, each of which stands in the term, its definition, its forms or its note.
        status: a value of `TermWording.Status`, or ``missing``; empty for all.
    """
    wordings: dict[tuple[int, str], TermWording] = {
        (each.term_id, each.language): each
        for each in TermWording.objects.filter(language__in={language, BASE_LANGUAGE})
    }
    found = []
    for term in Term.objects.all():
        row = Row(term, wordings.get((term.pk, language)), wordings.get((term.pk, BASE_LANGUAGE)))
        if (not status or row.status == status) and has_words(search, *_texts(row)):
            found.append(row)
    return sorted(found, key=lambda row: fold(row.term.term))


def _texts(row: Row) -> Iterable[str]:
    yield row.term.term
    yield row.term.definition
    for wording in (row.wording, row.english):
        if wording is not None:
            yield from (*wording.forms, *wording.forbidden, wording.note)


def find_term(viewer: User, key: str, language: str) -> OneTerm:
    """One term in one language; people by the names that the viewer may know.

    Raises:
        Http404: there is no such term, or no such language.
    """
    term = Term.objects.filter(key=key).first()
    if term is None or language not in term_languages():
        raise Http404
    wordings = {
        each.language: each
        for each in TermWording.objects.filter(term=term).select_related("changed_by__user", "decided_by__user")
    }
    wording = wordings.get(language)
    actors = [actor for actor in (wording.changed_by, wording.decided_by) if actor] if wording else []
    names = names_for(viewer, [actor.user for actor in actors])
    changed, decided = (wording.changed_by, wording.decided_by) if wording else (None, None)
    return OneTerm(
        row=Row(term, wording, wordings.get(BASE_LANGUAGE)),
        changed_by=names.get(changed.user_id or 0, "–") if changed else "",
        decided_by=names.get(decided.user_id or 0, "–") if decided else "",
        elsewhere=tuple(
            each
            for code, each in sorted(wordings.items())
            if code not in (language, BASE_LANGUAGE) and each.forms and code in LANG_INFO
        ),
    )
