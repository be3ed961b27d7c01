"""Addresses of marking essays, at `/admin/marking/`: our own pages, beside Wagtail's."""

from django.urls import path

from assessments.views import marking

app_name = "marking"

urlpatterns = [
    path("", marking.index, name="index"),
    path("<uuid:activity>/<slug:language>/take/", marking.take, name="take"),
    path("<uuid:activity>/<slug:language>/release/", marking.release, name="release"),
    path("mine/", marking.mine, name="mine"),
    path("essay/<uuid:mark>/", marking.essay, name="essay"),
    path("essay/<uuid:mark>/give-back/", marking.give_back, name="give_back"),
    path("anew/<uuid:essay>/", marking.anew, name="anew"),
]
