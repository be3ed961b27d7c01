"""The own transcript."""

from django.urls import path

from certificates.views import transcript

urlpatterns = [
    path("certificates/transcript.pdf", transcript.pdf, name="transcript"),
]
