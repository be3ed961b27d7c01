from django.urls import path, re_path

from courses.player import trying  # noqa: F401  # the converter of its addresses
from courses.player.views import catalogue, editions, lesson, past, report, trial, trial_tests

app_name = "courses"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    re_path(r"^shown/(?P<digest>[0-9a-f]{64})/$", past.shown, name="shown"),
    # Trying a course from its drafts: the same pages under another address (courses.player.trying).
    path("try/look/<slug:look>.css", trial.style, name="try_style"),
    path("try/<trial:trial>/", trial.course, name="try_course"),
    path("try/<trial:trial>/-/anew/", trial.anew, name="try_anew"),
    path("try/<trial:trial>/-/<slug:key>/start/", trial_tests.start, name="try_start"),
    path("try/<trial:trial>/-/<slug:key>/hand-in/", trial_tests.hand_in, name="try_hand_in"),
    path("try/<trial:trial>/-/<slug:key>/result/", trial_tests.result, name="try_result"),
    path("try/<trial:trial>/-/<slug:key>/<int:position>/", trial_tests.question, name="try_question"),
    path("try/<trial:trial>/<slug:key>/", trial.activity, name="try_activity"),
    path("try/<trial:trial>/<slug:key>/done/", trial.done, name="try_done"),
    path("try/<trial:trial>/<slug:key>/<slug:check>/", trial.check, name="try_check"),
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
