"""Addresses of effect: the two short forms, and the figures."""

from django.urls import path

from assessments.views import effect

app_name = "effect"

urlpatterns = [
    path("", effect.figures, name="figures"),
    path("gains.csv", effect.gains_csv, name="gains_csv"),
    path("answers.csv", effect.answers_csv, name="answers_csv"),
    path("course/<slug:course>/", effect.course, name="course"),
    path("reaction/<uuid:enrolment>/", effect.reaction, name="reaction"),
    path("use/<uuid:enrolment>/", effect.follow_up, name="follow_up"),
    path("use/<uuid:enrolment>/supervisor/", effect.supervisor_link, name="supervisor_link"),
    path("supervisor/<slug:code>/", effect.supervisor, name="supervisor"),
    path("<slug:kind>/<uuid:enrolment>/decline/", effect.decline, name="decline"),
]
