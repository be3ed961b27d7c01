"""Addresses without a language: they stand on paper and stay for ever."""

from certificates.urls import credentials, documents, numbers, verifying

app_name = "certificates"

urlpatterns = [
    *verifying.urlpatterns,
    *documents.urlpatterns,
    *credentials.urlpatterns,
    *numbers.urlpatterns,
]
