"""Pictures and files on the authors' side: windows that offer one kind of file."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.documents.views.chooser import viewset

from courses.pages.media.checking import Kind

# The window's own links (pages of results, search) carry on what it was opened with.
viewset.preserve_url_parameters = [*viewset.preserve_url_parameters, "kind"]


@hooks.register("construct_document_chooser_queryset")
def of_the_kind_that_is_asked_for(documents: "QuerySet[Any]", request: HttpRequest) -> "QuerySet[Any]":
    kind = request.GET.get("kind", "")
    return documents.filter(kind=kind) if kind in Kind.values else documents
