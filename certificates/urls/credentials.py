"""Credentials, and what is needed to check them."""

from django.urls import path, re_path

from certificates.views import credentials

urlpatterns = [
    path("certificates/<uuid:award>.json", credentials.as_json, name="credential_json"),
    path("certificates/<uuid:award>.jwt", credentials.as_jwt, name="credential_jwt"),
    path("certificates/<uuid:award>.png", credentials.as_png, name="badge_png"),
    path("certificates/<uuid:award>.svg", credentials.as_svg, name="badge_svg"),
    path(".well-known/did.json", credentials.did, name="did"),
    # No leading zeros, no sign: one address for one list.
    re_path(
        r"^credentials/status/(?P<number>[1-9][0-9]{0,5})/(?P<purpose>revocation|suspension)$",
        credentials.status,
        name="status_list",
    ),
]
