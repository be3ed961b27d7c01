"""Terms of the term base: the right ones, and none of those that are not to be used."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.pages.translating.checks.base import Finding, Given, listed


def check(given: Given) -> Iterator[Finding]:
    """Warnings, under a code for each term: a sentence may do without the word, or mean another thing by it."""
    if given.is_same_language:
        return
    asked = given.terms.asked_in(given.source_prose)
    for rule in asked:
        if rule.forms and not given.terms.has_one_of(given.prose, rule.forms):
            message = _("“%(term)s” stands in the source. The term base says: %(forms)s.")
            yield Finding(f"term-{rule.key}", message % {"term": rule.term, "forms": listed(rule.forms)})
    for rule, form in given.terms.forbidden_in(given.prose, asked):
        if rule.forms:
            message = _("“%(form)s” is not used for “%(term)s”. The term base says: %(forms)s.")
        else:
            message = _("“%(form)s” is not used for “%(term)s”.")
        shown = {"form": form, "term": rule.term, "forms": listed(rule.forms)}
        yield Finding(f"forbidden-{rule.key}", message % shown)
