"""Addresses of the translator's desk, at `/admin/translate/`: our own pages, beside Wagtail's."""

from django.urls import path

from courses.pages.views.translating import assigning, board, files, machine, queue, terms, unit

app_name = "translate"

#: One unit in one language; the unit `_` is the whole course.
_UNIT = "<slug:course>/<slug:unit>/<slug:language>"
_TERM = "terms/<slug:key>/<slug:language>/"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("board/", board.board, name="board"),
    path("board.csv", board.board_csv, name="board_csv"),
    path("board/<slug:course>/", board.board_course, name="board_course"),
    path("board/<slug:course>/<slug:language>/", assigning.assign, name="assign"),
    path("assignments/<int:pk>/due/", assigning.change_due, name="change_due"),
    path("assignments/<int:pk>/end/", assigning.end, name="end_assignment"),
    path("assignments/<int:pk>/hand-back/", assigning.give_back, name="hand_back"),
    path("terms/", terms.terms, name="terms"),
    path("terms/add/", terms.add, name="add_term"),
    path(_TERM, terms.term, name="term"),
    path(f"{_TERM}propose/", terms.propose, name="propose_term"),
    path(f"{_TERM}decide/", terms.decide, name="decide_term"),
    # Below the others: a course may have any name but theirs.
    path(f"{_UNIT}/", unit.unit, name="unit"),
    path(f"{_UNIT}/save/", unit.save, name="save"),
    path(f"{_UNIT}/hand-in/", unit.hand_in, name="hand_in"),
    path(f"{_UNIT}/file/", files.file_new, name="file_new"),
    path(f"{_UNIT}/file/<uuid:file>/", files.file, name="file"),
    path(f"{_UNIT}/download/<slug:kind>/", files.download, name="download"),
    path(f"{_UNIT}/machine/", machine.propose, name="machine"),
]
