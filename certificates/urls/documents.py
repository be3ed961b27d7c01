"""The files of a certificate."""

from django.urls import path

from certificates.views import documents

urlpatterns = [
    path("certificates/<uuid:award>.pdf", documents.pdf, name="pdf"),
]
