from django.urls import path, register_converter

from portal import ledger, officers, register, shared, views

app_name = "portal"


class FormatConverter:
    """The kinds of file that there are."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "register_format")

urlpatterns = [
    path("", views.front, name="front"),
    path("me/", views.home, name="home"),
    path("me/reports/", views.reports, name="reports"),
    path("me/name/", views.public_name, name="public_name"),
    path("desk/officers/", officers.coordinator, name="coordinator"),
    path("desk/officers/<uuid:person>/", officers.officer, name="officer"),
    path("desk/shared/", shared.choose, name="shared"),
    path("desk/shared/<str:member>/<slug:course>/", shared.look, name="shared_officers"),
    path("desk/shared/<str:member>/<slug:course>/file/", shared.download, name="shared_file"),
    path("desk/ledger/", ledger.ledger, name="ledger"),
    path("desk/register/", register.register, name="register"),
    path("desk/register/file.<register_format:kind>", register.register_file, name="register_file"),
]
