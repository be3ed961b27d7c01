"""Addresses of tests on paper, for those who teach a class or manage classes."""

from django.urls import path

from assessments.views import paper

app_name = "paper"

urlpatterns = [
    path("", paper.index, name="index"),
    path("find/", paper.find, name="find"),
    path("<uuid:klass>/<uuid:activity>/", paper.overview, name="overview"),
    path("<uuid:klass>/<uuid:activity>/print/", paper.print_them, name="print"),
    path("<uuid:klass>/<uuid:activity>/sheets/", paper.sheets, name="sheets"),
    path("<uuid:klass>/<uuid:activity>/key/", paper.key, name="key"),
    path("<uuid:klass>/<uuid:activity>/hand-in/", paper.hand_in, name="hand_in"),
    path("<uuid:paper>/", paper.one, name="one"),
    path("<uuid:paper>/undo/", paper.undo, name="undo"),
    path("<uuid:paper>/withdraw/", paper.withdraw, name="withdraw"),
]
