"""In the place of two pages of Wagtail, at their addresses."""

from django.urls import path

from courses.pages.views import locales

urlpatterns = [
    path("edit/<int:pk>/", locales.language, name="site_language"),
    path("delete/<int:pk>/", locales.language, name="site_language_delete"),
]
