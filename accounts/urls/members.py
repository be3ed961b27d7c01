"""Addresses about members and their agencies."""

from django.urls import URLPattern, path

from accounts.views import identity

app_name = "members"

urlpatterns: list[URLPattern] = [
    # members' own identity providers
    path("<str:code>/sign-in/", identity.providers, name="providers"),
    path("<str:code>/sign-in/add/<str:kind>/", identity.add_provider, name="add_provider"),
    path("<str:code>/sign-in/<uuid:provider>/", identity.provider, name="provider"),
    path("<str:code>/sign-in/<uuid:provider>/test/", identity.test_provider, name="test_provider"),
    path("<str:code>/sign-in/<uuid:provider>/cut/", identity.cut_link, name="cut_link"),
]
