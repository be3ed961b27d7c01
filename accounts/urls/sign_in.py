"""The pages of django-allauth that Suluh uses; those about e-mail addresses are not among them."""

from allauth.account import views
from django.urls import include, path

from accounts.views import account

urlpatterns = [
    path("", account.account, name="account"),
    path("second-step/", account.second_factor, name="second_factor"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sessions/<int:session>/end/", account.end_session, name="end_session"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
