"""The product's settings; only static files are named without being collected, because nobody loads them."""

from lms.settings import *  # noqa: F403
from lms.settings import STORAGES as PRODUCT_STORAGES

STORAGES = {
    **PRODUCT_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
