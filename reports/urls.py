from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("certification/", views.certification, name="certification"),
    path("certification.csv", views.certification_file, name="certification_file"),
]
