"""The pages of those who look after certificates, and a holder's own list. With a language, unlike what is on paper."""

from django.urls import path

from certificates.views import desk, own

app_name = "awards"

urlpatterns = [
    path("", own.own, name="own"),
    path("find/", desk.find, name="find"),
    path("officers/", desk.officers, name="officers"),
    path("classes/<uuid:klass>/", desk.participation, name="participation"),
    path("<str:number>/", desk.award, name="award"),
    path("<str:number>/holder/", desk.holder, name="holder"),
    path("<str:number>/reissue/", desk.reissue, name="reissue"),
    path("<str:number>/trainer/", desk.trainer, name="trainer"),
    path("<str:number>/<str:action>/", desk.change, name="change"),
]
