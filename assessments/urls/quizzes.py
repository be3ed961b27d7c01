"""Addresses of the rules of tests, at `/admin/tests/`: our own pages, beside Wagtail's."""

from django.urls import path

from assessments.views import quizzes

app_name = "quizzes"

urlpatterns = [
    path("<slug:course>/", quizzes.course, name="course"),
    path("<slug:course>/<slug:purpose>/", quizzes.edit, name="edit"),
    path("<slug:course>/<slug:purpose>/paper/", quizzes.paper, name="paper"),
]
