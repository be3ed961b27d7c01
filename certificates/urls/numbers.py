"""The own transcript."""

from django.urls import path

from certificates.views import transcript

urlpatterns = [
    path("certificates/transcript.pdf", transcript.pdf, name="transcript"),
    path("certificates/transcript.json", transcript.as_json, name="transcript_json"),
]
