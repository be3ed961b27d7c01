"""Ways in: codes from slips, invitations, registrations."""

from django.urls import path

from accounts.views import entry as views

app_name = "entry"

urlpatterns = [
    path("code/", views.code, name="code"),
    path("register/", views.registrations_open, name="registrations_open"),
    path("register/<str:code>/", views.register, name="register"),
    path("welcome/", views.welcome, name="welcome"),
    path("waiting/", views.waiting, name="waiting"),
    # Last: a token is any word.
    path("<str:token>/", views.invited, name="invited"),
]
