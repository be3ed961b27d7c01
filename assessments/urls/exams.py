"""Addresses of exams, of opening tests again, of extra time, and of what corrections put in question."""

from django.urls import path

from assessments.views import exams, in_question, reopening

app_name = "exams"

urlpatterns = [
    # for those who teach a class or manage classes
    path("", exams.overview, name="list"),
    path("new/<uuid:klass>/", exams.arrange, name="arrange"),
    path("<uuid:exam>/", exams.exam, name="exam"),
    path("<uuid:exam>/change/", exams.change, name="change"),
    path("<uuid:exam>/cancel/", exams.cancel, name="cancel"),
    path("<uuid:exam>/tickets/", exams.tickets, name="tickets"),
    path("<uuid:exam>/tickets/<uuid:enrolment>/", exams.replace, name="replace"),
    # for coordinators; the RSO opens tests again for those who have none
    path("reopen/", reopening.to_reopen, name="to_reopen"),
    path("reopen/<uuid:enrolment>/<uuid:activity>/", reopening.reopen, name="reopen"),
    path("in-question/", in_question.own, name="in_question"),
    path("extra-time/<uuid:person>/", reopening.extra_time, name="extra_time"),
    path("extra-time/<uuid:person>/end/", reopening.end_extra_time, name="extra_time_end"),
]
