"""Addresses of the question bank, at `/admin/questions/`: our own pages, beside Wagtail's."""

from django.urls import path

from assessments.views.bank import bulk, categories, editing, exchange, lists, one

app_name = "bank"

_ITEM = "<slug:course>/<uuid:item>"
_CATEGORY = "<slug:course>/categories/<uuid:category>"

urlpatterns = [
    path("", lists.banks, name="banks"),
    # Before the courses: no course can be called “import” or “export” here.
    path("import/", exchange.import_file, name="import"),
    path("import/<uuid:file>/", exchange.file, name="import_file"),
    path("export/", exchange.export, name="export"),
    path("banks/<str:name>/", lists.without_course, name="without_course"),
    path("banks/<str:name>/move/", lists.move, name="move"),
    path("banks/<str:name>/<uuid:item>/", one.without_course, name="question_without_course"),
    path("<slug:course>/", lists.questions, name="questions"),
    path("<slug:course>/new/", editing.new, name="new"),
    path("<slug:course>/selected/", bulk.selected, name="selected"),
    path("<slug:course>/categories/", categories.categories, name="categories"),
    path(f"{_CATEGORY}/", categories.category, name="category"),
    path(f"{_CATEGORY}/delete/", categories.delete, name="delete_category"),
    path(f"{_ITEM}/", one.question, name="question"),
    path(f"{_ITEM}/history/", one.history, name="history"),
    path(f"{_ITEM}/edit/", editing.edit, name="edit"),
    path(f"{_ITEM}/sort/", one.sort, name="sort"),
    path(f"{_ITEM}/copy/", one.copy, name="copy"),
    path(f"{_ITEM}/release/", one.release, name="release"),
    path(f"{_ITEM}/draft/", one.take_back, name="take_back"),
    path(f"{_ITEM}/retire/", one.retire, name="retire"),
    path(f"{_ITEM}/bring-back/", one.bring_back, name="bring_back"),
]
