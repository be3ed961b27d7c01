"""The switch of language. It stands outside the languages' own addresses, so that it works in each of them."""

from django.urls import path

from accounts.views import language as views

urlpatterns = [path("<str:code>/", views.choose_language, name="choose_language")]
