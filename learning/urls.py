"""Addresses of classes and nominations."""

from django.urls import path

from learning.views import classes, languages, nominations, queue, taught

app_name = "learning"

urlpatterns = [
    # for those who manage classes
    path("", classes.overview, name="classes"),
    path("new/", classes.new, name="class_new"),
    path("languages/", languages.languages, name="languages"),
    path("courses/", classes.courses, name="courses"),
    path("courses/<slug:course>/", classes.course_access, name="course_access"),
    path("courses/<slug:course>/seats/", classes.course_seats, name="course_seats"),
    path("<uuid:klass>/", classes.detail, name="class"),
    path("<uuid:klass>/change/", classes.change, name="class_change"),
    path("<uuid:klass>/end/", classes.end, name="class_end"),
    path("<uuid:klass>/seats/", classes.class_seats, name="class_seats"),
    path("<uuid:klass>/trainers/", classes.trainer_add, name="trainer_add"),
    path("<uuid:klass>/trainers/<uuid:trainer>/end/", classes.trainer_end, name="trainer_end"),
    # for those who teach
    path("taught/", taught.taught, name="taught"),
    # for coordinators
    path("nominations/", nominations.own, name="nominations"),
    path("nominations/new/", nominations.choose, name="nominate"),
    path("nominations/new/<slug:course>/", nominations.people, name="nominate_for_course"),
    path("nominations/new/<slug:course>/<uuid:klass>/", nominations.people, name="nominate_for_class"),
    path("nominations/<uuid:nomination>/withdraw/", nominations.withdraw, name="withdraw"),
    # for those who decide
    path("queue/", queue.overview, name="queue"),
    path("queue/names/", queue.names, name="names"),
    path("queue/<slug:course>/<str:member>/", queue.group, name="decide_for_course"),
    path("queue/<slug:course>/<uuid:klass>/<str:member>/", queue.group, name="decide_for_class"),
]
