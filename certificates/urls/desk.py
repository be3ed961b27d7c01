"""The pages of those who look after certificates, and a holder's own list. With a language, unlike what is on paper."""

from django.urls import path, register_converter

from certificates.views import desk, own

app_name = "awards"


class NumberConverter:
    """A number as it is printed; whatever else is typed goes through the form that finds it."""

    regex = "SLH(?:-[0-9A-Z]{4}){3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "certificate_number")

urlpatterns = [
    path("", own.own, name="own"),
    path("find/", desk.find, name="find"),
    path("officers/", desk.officers, name="officers"),
    path("classes/<uuid:klass>/", desk.participation, name="participation"),
    path("<certificate_number:number>/", desk.award, name="award"),
    path("<certificate_number:number>/holder/", desk.holder, name="holder"),
    path("<certificate_number:number>/reissue/", desk.reissue, name="reissue"),
    path("<certificate_number:number>/trainer/", desk.trainer, name="trainer"),
    path("<certificate_number:number>/<str:action>/", desk.change, name="change"),
]
