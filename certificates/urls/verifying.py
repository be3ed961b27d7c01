"""Checking a certificate."""

from django.urls import path

from certificates.views import verifying

urlpatterns = [
    path("verify/", verifying.verify, name="verify"),
    path("verify/<path:typed>", verifying.verify_one, name="verify_one"),
]
