"""Addresses of the people desk: a coordinator's own officers, access, and the staff of the RSO."""

from django.urls import path

from accounts.views import people as views
from accounts.views import staff

app_name = "people"

urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.add, name="add"),
    path("out-of-use/", views.out_of_use, name="out_of_use"),
    path("find/", staff.find, name="find"),
    path("staff/", staff.staff, name="staff"),
    path("staff/<uuid:posting>/end/", staff.end_staff, name="end_staff"),
    path("<uuid:person>/", views.person, name="person"),
    path("<uuid:person>/correct/", views.correct, name="correct"),
    path("<uuid:person>/restricted/", views.restricted, name="restricted"),
    path("<uuid:person>/use/", views.use, name="use"),
    path("<uuid:person>/postings/", views.post, name="post"),
    path("<uuid:person>/postings/<uuid:posting>/agency/", views.move, name="move"),
    path("<uuid:person>/postings/<uuid:posting>/end/", views.end, name="end"),
]
