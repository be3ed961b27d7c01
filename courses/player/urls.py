from django.urls import path

from courses.player.views import catalogue, lesson, report

app_name = "courses"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("<slug:course>/", catalogue.course, name="course"),
    path("<slug:course>/enrol/", catalogue.enrol, name="enrol"),
    path("<slug:course>/<slug:key>/", lesson.activity, name="activity"),
    path("<slug:course>/<slug:key>/done/", lesson.done, name="done"),
    path("<slug:course>/<slug:key>/report/", report.report, name="report"),
    path("<slug:course>/<slug:key>/<slug:check>/", lesson.check, name="check"),
]
