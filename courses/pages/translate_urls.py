"""Addresses of the translator's desk, at `/admin/translate/`: our own pages, beside Wagtail's."""

from django.urls import URLPattern, path

from courses.pages.views.translating import terms

app_name = "translate"

_TERM = "terms/<slug:key>/<slug:language>/"

urlpatterns: list[URLPattern] = [
    path("terms/", terms.terms, name="terms"),
    path("terms/add/", terms.add, name="add_term"),
    path(_TERM, terms.term, name="term"),
    path(f"{_TERM}propose/", terms.propose, name="propose_term"),
    path(f"{_TERM}decide/", terms.decide, name="decide_term"),
]
