"""Addresses without a language: they stand on paper and stay for ever."""

from certificates.urls import credentials, documents, verifying

app_name = "certificates"

urlpatterns = [*verifying.urlpatterns, *documents.urlpatterns, *credentials.urlpatterns]
