"""The keys that sign certificates."""

from django.urls import path

from certificates.views import keys

app_name = "award_keys"

urlpatterns = [
    path("", keys.overview, name="overview"),
    path("rotate/", keys.rotate, name="rotate"),
    path("backup/", keys.backup, name="backup"),
    path("<str:digest>/distrust/", keys.distrust, name="distrust"),
]
