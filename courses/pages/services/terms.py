"""Writes of the term base: a proposal by who translates or writes, a decision by somebody else."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import actor_of, audit
from courses.pages.models import Term, TermWording
from courses.pages.translating.terms import BASE_LANGUAGE
from lms.text import fold, tidy

#: A form longer than this is a sentence.
LONGEST_FORM = 120
MOST_FORMS = 12


class TermChanged(Exception):
    """Somebody changed the wording since the person looked."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this term while you looked at it. Look again: nothing was saved."))


class OwnForms(Exception):
    """Nobody decides on forms of one's own."""

    def __init__(self) -> None:
        super().__init__(_("You changed these forms last. Somebody else has to decide on them: four eyes."))


class NoForms(Exception):
    """There is nothing to decide on."""

    def __init__(self) -> None:
        super().__init__(_("There is no form to decide on yet. Propose one first."))


class WrongForms(Exception):
    """A form is right and not to be used at once, too long, or there are too many."""


class TermTaken(Exception):
    """There is a term of this name."""

    def __init__(self, term: Term) -> None:
        super().__init__(_("The term base has “%(term)s” already. Nothing was added.") % {"term": term.term})
        self.term = term


def may_propose(user: User) -> bool:
    """Whether a person proposes how terms are said: who writes or translates."""
    return has_right(user, Right.WRITE_COURSES)


def may_decide(user: User) -> bool:
    """Whether a person decides on what others proposed."""
    return has_right(user, Right.REVIEW) or has_right(user, Right.PUBLISH_COURSES)


def may_add(user: User) -> bool:
    """Whether a person adds terms."""
    return has_right(user, Right.PUBLISH_COURSES)


@transaction.atomic
def propose_wording(
    *,
    by: User,
    term: Term,
    language: str,
    forms: Iterable[str],
    forbidden: Iterable[str] = (),
    note: str = "",
    confidence: str = TermWording.Confidence.UNSURE,
    seen: str = "",
) -> TermWording:
    """Say how a term is said in a language. Other forms end an approval; the same ones again change nothing.

    Arguments:
        forms: that are right, the preferred one first.
        forbidden: that are not to be used.
        seen: `TermWording.seen` of what the person looked at; empty where there was none.

    Raises:
        accounts.permissions.Refused: the person writes nothing.
        WrongForms: as it says.
        TermChanged: there is something else now than the person saw. Nothing is saved.
    """
    if not may_propose(by):
        raise Refused(_("Your role does not propose terms."))
    right, wrong = _tidied(forms), _tidied(forbidden)
    _check(right, wrong)
    Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    wording = TermWording.objects.filter(term=term, language=language).first()
    if (wording.seen if wording else "") != seen:
        raise TermChanged
    if wording is None:
        if not (right or wrong or note):
            return TermWording(term=term, language=language)
        wording = TermWording(term=term, language=language)
    has_other_forms = (wording.forms, wording.forbidden) != (right, wrong)
    if not has_other_forms and (wording.note, wording.confidence) == (tidy(note), confidence):
        return wording
    wording.forms, wording.forbidden, wording.note, wording.confidence = right, wrong, tidy(note), confidence
    wording.changed_at = timezone.now()
    if has_other_forms:
        wording.changed_by = actor_of(by)
        wording.status = TermWording.Status.PROPOSED
        wording.decided_by = wording.decided_at = None
    wording.save()
    audit(
        by=by,
        action="term.proposed",
        target=f"courses.term:{term.key}",
        details={"language": language, "forms": right, "forbidden": wrong},
    )
    return wording


@transaction.atomic
def decide_wording(*, by: User, wording: TermWording, status: str, seen: str) -> TermWording:
    """Mark the forms of a term as checked by a lawyer or approved, or take that back.

    Arguments:
        status: a value of `TermWording.Status`.
        seen: `TermWording.seen` of what the person looked at.

    Raises:
        accounts.permissions.Refused: the person decides on no terms.
        TermChanged: the forms are others now.
        NoForms: there are none.
        OwnForms: the person changed them last. Nothing is saved in any of these.
    """
    if not may_decide(by):
        raise Refused(_("Your role does not decide on terms."))
    wording = TermWording.objects.select_for_update(of=("self",)).get(pk=wording.pk)
    if wording.seen != seen:
        raise TermChanged
    if not (wording.forms or wording.forbidden):
        raise NoForms
    actor = actor_of(by)
    if wording.changed_by_id == actor.pk and status != TermWording.Status.PROPOSED:
        raise OwnForms
    if wording.status == status:
        return wording
    wording.status = TermWording.Status(status).value
    wording.decided_by, wording.decided_at = actor, timezone.now()
    wording.save(update_fields=["status", "decided_by", "decided_at"])
    audit(
        by=by,
        action="term.decided",
        target=f"courses.term:{wording.term.key}",
        details={"language": wording.language, "status": wording.status, "forms": wording.forms},
    )
    return wording


@transaction.atomic
def add_term(*, by: User, term: str, definition: str = "", source: str = "") -> Term:
    """Add a term to the term base, by its English name.

    Raises:
        accounts.permissions.Refused: the person adds no terms.
        TermTaken: there is one of this name. Nothing is added.
    """
    if not may_add(by):
        raise Refused(_("Your role does not add terms."))
    name = tidy(term)
    key = slugify(name)[:60].strip("-") or "term"
    same = [each for each in Term.objects.select_for_update(of=("self",)) if fold(each.term) == fold(name)]
    taken = same[0] if same else Term.objects.filter(key=key).first()
    if taken is not None:
        raise TermTaken(taken)
    added = Term.objects.create(
        key=key, term=name, definition=tidy(definition), source=tidy(source), added_at=timezone.now()
    )
    audit(by=by, action="term.added", target=f"courses.term:{key}", details={"term": name, "language": BASE_LANGUAGE})
    return added


def _tidied(forms: Iterable[str]) -> list[str]:
    """The forms without empty ones, each once."""
    return list(dict.fromkeys(each for form in forms if (each := " ".join(tidy(form).split()))))


def _check(right: list[str], wrong: list[str]) -> None:
    if both := {fold(each) for each in right} & {fold(each) for each in wrong}:
        form = next(each for each in wrong if fold(each) in both)
        raise WrongForms(_("“%(form)s” cannot be right and not to be used at once.") % {"form": form})
    if any(len(each) > LONGEST_FORM for each in right + wrong):
        raise WrongForms(
            _("A form has %(most)d characters at most. Write one form in each line.") % {"most": LONGEST_FORM}
        )
    if max(len(right), len(wrong)) > MOST_FORMS:
        raise WrongForms(_("Give %(most)d forms at most.") % {"most": MOST_FORMS})
