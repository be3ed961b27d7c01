"""Addresses of files: without a language and the same for ever, because frozen bodies hold them."""

from django.urls import re_path

from courses.player.views import files

app_name = "files"

urlpatterns = [re_path(r"^(?P<digest>[0-9a-f]{64})\.(?P<ending>[0-9a-z]{1,8})$", files.frozen, name="frozen")]
