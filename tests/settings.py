"""The project's own settings, with what a test run needs otherwise. The browser journeys use the real ones."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["SECRET_KEY"] = "test-" + "x" * 60
os.environ["PUBLIC_URL"] = "https://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost"
os.environ["REQUIRE_REVIEW"] = "0"
os.environ["SULUH_DEMO"] = "0"
os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="suluh-media-")
atexit.register(shutil.rmtree, os.environ["MEDIA_ROOT"], ignore_errors=True)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from lms.settings import *
from lms.settings import STORAGES

# The test client follows no redirect to https and reads no collected files.
SECURE_SSL_REDIRECT = False
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "limits": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not shared memory: only a file has the locking of a real site, which the tests of concurrency are about.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"suluh-test-{os.getpid()}.sqlite3")}
