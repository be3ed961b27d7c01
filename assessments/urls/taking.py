from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("start/<slug:course>/<slug:key>/", views.start, name="start"),
    path("<uuid:attempt>/", views.overview, name="overview"),
    path("<uuid:attempt>/<int:position>/", views.question, name="question"),
    path("<uuid:attempt>/<int:position>/report/", views.report, name="report"),
    path("<uuid:attempt>/<int:position>/take/<int:stray>/", views.take_stray, name="take_stray"),
    path("<uuid:attempt>/go-on-here/", views.take_over, name="take_over"),
    path("<uuid:attempt>/hand-in/", views.hand_in, name="hand_in"),
    path("<uuid:attempt>/result/", views.result, name="result"),
]
