from django.urls import path, re_path

from courses.player.views import catalogue, editions, lesson, past, report

app_name = "courses"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    re_path(r"^shown/(?P<digest>[0-9a-f]{64})/$", past.shown, name="shown"),
    path("<slug:course>/", catalogue.course, name="course"),
    path("<slug:course>/enrol/", catalogue.enrol, name="enrol"),
    path("<slug:course>/refresh/", editions.refresh, name="refresh"),
    path("<slug:course>/move-forward/", editions.move_forward, name="move_forward"),
    path(
        "<slug:course>/as-it-was/<int:edition>.<int:revision>/<slug:language>/<slug:key>/",
        past.as_it_was,
        name="as_it_was",
    ),
    path("<slug:course>/<slug:key>/", lesson.activity, name="activity"),
    path("<slug:course>/<slug:key>/done/", lesson.done, name="done"),
    path("<slug:course>/<slug:key>/report/", report.report, name="report"),
    path("<slug:course>/<slug:key>/<slug:check>/", lesson.check, name="check"),
]
