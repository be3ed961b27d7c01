"""Addresses of the national annex."""

from django.urls import path

from learning.views.annex import again, desk, review

app_name = "annex"

urlpatterns = [
    # for those who review
    path("review/", review.queue, name="queue"),
    path("review/<uuid:text>/", review.one, name="review"),
    # for officers who are asked to read something again
    path("again/<uuid:notice>/", again.again, name="again"),
    # for coordinators
    path("", desk.desk, name="desk"),
    path("texts/<uuid:text>/withdraw/", desk.withdraw, name="withdraw"),
    path("texts/<uuid:text>/discard/", desk.discard, name="discard"),
    path("<str:member>/<slug:course>/", desk.course, name="course"),
    path("<str:member>/<slug:course>/<slug:lesson>/<slug:block>/history/", desk.history, name="history"),
    path("<str:member>/<slug:course>/<slug:lesson>/<slug:block>/<str:language>/", desk.write, name="write"),
]
