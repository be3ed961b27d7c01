"""Checking a certificate. Everything else below /verify/ is a number or a uuid, as it stands on paper."""

from django.urls import path

from certificates.views import device, verifying

urlpatterns = [
    path("verify/", verifying.verify, name="verify"),
    path("verify/many/", verifying.verify_many, name="verify_many"),
    path("verify/list.json", device.revocations, name="verify_list"),
    path("verify/sw.js", device.worker, name="verify_worker"),
    path("verify/<path:typed>", verifying.verify_one, name="verify_one"),
]
