"""Addresses of the people desk: a coordinator's own officers, access, and the staff of the RSO."""

from django.urls import path

from accounts.views import bringing_in, staff
from accounts.views import people as views

app_name = "people"

urlpatterns = [
    # --- bringing officers in
    path("import/", bringing_in.import_people, name="import"),
    path("import/<uuid:file>/", bringing_in.import_file, name="import_file"),
    path("slips/", bringing_in.slips, name="slips"),
    path("invitations/", bringing_in.invitations, name="invitations"),
    path("invitations/<uuid:invitation>/withdraw/", bringing_in.withdraw_invitation, name="withdraw_invitation"),
    path("registrations/", bringing_in.registrations, name="registrations"),
    path("registrations/open/<str:code>/", bringing_in.open_registrations, name="open_registrations"),
    path("registrations/<uuid:registration>/accept/", bringing_in.accept_registration, name="accept_registration"),
    path("registrations/<uuid:registration>/refuse/", bringing_in.refuse_registration, name="refuse_registration"),
    # --- end of bringing officers in
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
