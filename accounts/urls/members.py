"""Addresses about members and their agencies."""

from django.urls import path

from accounts.views import identity
from accounts.views import members as views

app_name = "members"

urlpatterns = [
    path("", views.members, name="list"),
    path("new/", views.add, name="add"),
    path("<str:code>/", views.member, name="member"),
    path("<str:code>/edit/", views.edit, name="edit"),
    path("<str:code>/checked/", views.checked, name="checked"),
    path("<str:code>/choices/", views.policy, name="policy"),
    path("<str:code>/agencies/", views.agencies, name="agencies"),
    path("<str:code>/agencies/<uuid:agency>/", views.agency, name="agency"),
    path("<str:code>/agencies/<uuid:agency>/use/", views.agency_use, name="agency_use"),
    path("<str:code>/coordinators/", views.coordinators, name="coordinators"),
    path("<str:code>/coordinators/<uuid:posting>/end/", views.end_coordinator, name="end_coordinator"),
    # members' own identity providers
    path("<str:code>/sign-in/", identity.providers, name="providers"),
    path("<str:code>/sign-in/add/<str:kind>/", identity.add_provider, name="add_provider"),
    path("<str:code>/sign-in/<uuid:provider>/", identity.provider, name="provider"),
    path("<str:code>/sign-in/<uuid:provider>/test/", identity.test_provider, name="test_provider"),
    path("<str:code>/sign-in/<uuid:provider>/cut/", identity.cut_link, name="cut_link"),
]
