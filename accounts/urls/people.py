"""Addresses of the people desk: a coordinator's own officers."""

from django.urls import URLPattern, path

from accounts.views import bringing_in

app_name = "people"

urlpatterns: list[URLPattern] = [
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
]
