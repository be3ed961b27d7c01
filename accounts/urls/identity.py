"""What members' services call: the ways back and our metadata. Without a language, because services keep them."""

from django.urls import path

from accounts.views import own_service as views

app_name = "identity"

urlpatterns = [
    path("oidc/<uuid:provider>/callback/", views.oidc_callback, name="oidc_callback"),
    path("saml/<uuid:provider>/acs/", views.saml_acs, name="saml_acs"),
    path("saml/<uuid:provider>/finish/", views.saml_finish, name="saml_finish"),
    path("saml/<uuid:provider>/metadata/", views.saml_metadata, name="saml_metadata"),
]
