"""Addresses about what is held about oneself."""

from django.urls import path

from accounts.views import own_data as views

app_name = "data"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("download/", views.download, name="download"),
    path("correct/", views.correct, name="correct"),
    path("erasure/", views.erasure, name="erasure"),
    path("erasure/withdraw/", views.cancel, name="cancel"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:person>/", views.erasure_of, name="erasure_of"),
    path("requests/<uuid:person>/withdraw/", views.cancel_of, name="cancel_of"),
    path("retention/", views.retention, name="retention"),
    path("retention/<slug:rule>/", views.approve, name="approve"),
]
