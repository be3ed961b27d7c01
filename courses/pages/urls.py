"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages import views

urlpatterns = [path("out-of-date/", views.out_of_date, name="out_of_date")]
