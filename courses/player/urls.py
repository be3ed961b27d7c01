from django.urls import path

from courses.player import views

app_name = "courses"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:course>/", views.course, name="course"),
    path("<slug:course>/enrol/", views.enrol, name="enrol"),
    path("<slug:course>/<slug:key>/", views.activity, name="activity"),
    path("<slug:course>/<slug:key>/done/", views.done, name="done"),
    path("<slug:course>/<slug:key>/<slug:check>/", views.check, name="check"),
]
