"""Five middleware and nothing else; the database with the product's own options."""

from lms.settings import DATABASES, SECRET_KEY

__all__ = ["DATABASES", "SECRET_KEY"]

ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "benchmark.reference.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
