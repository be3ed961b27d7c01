"""Settings of Suluh, all from the environment and safe by default.

docs/operations.md lists every variable; a test fails when one is missing there.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.conf import global_settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from lms.languages import COMPLETE, admin_languages, offered, teach

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# Demo mode is not DEBUG: production settings, demo people, unreviewed content that says so (decision 0012).
SULUH_DEMO = env.bool("SULUH_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not SULUH_DEMO:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Give the environment a long random value of its own "
            "(docs/operations.md, “Settings”), or set SULUH_DEMO=1 for a trial."
        )
    SECRET_KEY = "demo-only-" + "not-a-secret-" * 4

# Opens the private keys that sign certificates (decision 0042); those before it open what was sealed with them.
SIGNING_SECRETS = [env.str("SIGNING_SECRET", default=SECRET_KEY), *env.list("SIGNING_SECRETS_BEFORE", default=[])]

PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000" if SULUH_DEMO else "https://localhost").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
PUBLIC_HOST = PUBLIC_URL.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
if SULUH_DEMO and PUBLIC_HOST not in ("localhost", "127.0.0.1"):
    raise ImproperlyConfigured(
        f"SULUH_DEMO=1 with PUBLIC_URL={PUBLIC_URL}: demo people have a known password, so a demo stays on localhost."
    )
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[PUBLIC_HOST, "localhost", "127.0.0.1"] if SULUH_DEMO else [PUBLIC_HOST]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])

REQUIRE_REVIEW = env.bool("REQUIRE_REVIEW", default=not SULUH_DEMO)

# --- the rooms, top to bottom: each may import only from those above it (pyproject.toml, importlinter)
INSTALLED_APPS = [
    "lms",
    "accounts",
    "xapi",
    "learning",
    "assessments",
    "courses",
    "certificates",
    "reports",
    "portal",
    "wagtail.contrib.forms",
    "wagtail.embeds",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail_localize",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.origin.remember_origin",
    "csp.middleware.CSPMiddleware",
    # Below the one above: it says which policy that one is to write.
    "lms.middleware.admin_policy",
    # Above all that looks at cookies.
    "lms.middleware.public_documents",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.middleware.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Below all that a page of its own needs, above every view.
    "accounts.middleware.sessions",
    "courses.pages.middleware.authors_only",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.context_processors.site",
                "portal.context_processors.desks",
            ],
        },
    },
]

# --- database: SQLite as the embedded default, PostgreSQL beyond one machine (decision 0014)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'suluh.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # IMMEDIATE: concurrent writers wait instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        # FULL: a receipt is a promise that survives a power cut.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
            # Without it INSERT OR REPLACE would walk past the triggers that keep rows from being deleted.
            "PRAGMA recursive_triggers=ON;"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
    }

CACHES = {
    # Shared by every process: sign-in rate limits must count across workers.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # The default of 300 would cull the counts of wrong sign-ins while an attack is on.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What strangers ask for is counted here (lms/limits.py): a flood of it must put out no count of wrong sign-ins.
    "limits": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
# More waiting tasks than this and new work that can wait is left to the next sweep of the scheduler.
QUEUE_LIMIT = env.int("QUEUE_LIMIT", default=10_000)

# --- the audit log: entries older than this are sealed in segments and pruned
AUDIT_MONTHS = env.int("AUDIT_MONTHS", default=12)
if AUDIT_MONTHS < 1:
    raise ImproperlyConfigured(f"AUDIT_MONTHS={AUDIT_MONTHS}: the audit log is kept for at least one month.")

# --- checking certificates: so many of one address (docs/operations.md); 0 for no limit
VERIFY_PER_MINUTE = env.int("VERIFY_PER_MINUTE", default=60)
# Certificates of whole lists, of which one may have 500.
VERIFY_LISTED_PER_HOUR = env.int("VERIFY_LISTED_PER_HOUR", default=2000)
if 0 < VERIFY_LISTED_PER_HOUR < 500:
    raise ImproperlyConfigured(f"VERIFY_LISTED_PER_HOUR={VERIFY_LISTED_PER_HOUR}: a list may have 500, so 500 or more.")

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PeopleBackend",
    # Never asked for a password, because the one above answers for good: it knows sessions that name it.
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "accounts.passwords.MinimumLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Days between a request to be erased and the erasure; until then it can be withdrawn.
ERASURE_DAYS = env.int("ERASURE_DAYS", default=14)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# By name as strict as ever; by address loose enough for a training room behind one.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "40/m/ip,5/5m/key",
    # One-time codes of slips, and accounts that are opened by a link or a registration.
    "use_code": "40/m/ip,5/5m/key",
    "join": "60/h/ip",
    # Wrong tickets of exams: a hall comes from one address.
    "use_ticket": "60/m/ip,5/5m/key",
}
ACCOUNT_FORMS = {"login": "accounts.forms.sign_in.SignInForm"}
MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.factors.AuthenticateForm",
    "reauthenticate": "accounts.factors.ReauthenticateForm",
    "activate_totp": "accounts.factors.ActivateTOTPForm",
    "add_webauthn": "accounts.factors.AddWebAuthnForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
# As many as sign-ins with a password: a training room comes from one address.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = "Suluh"
MFA_TOTP_PERIOD = 30
# The code before and the one after are taken too: clocks of phones differ, and links are slow.
MFA_TOTP_TOLERANCE = 1
# Activity would be written on every request.
USERSESSIONS_TRACK_ACTIVITY = False

# Members' own identity providers (decision 0023). Our views (accounts.views.identity) use allauth's tables, states and
# stages of signing in; none of its pages about other accounts has an address, and these say so once more.
SOCIALACCOUNT_ADAPTER = "accounts.adapter.IdentityAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
# Off, an address inside our own network or without https is never asked, whoever typed it.
IDENTITY_PRIVATE_NETWORK = env.bool("IDENTITY_PRIVATE_NETWORK", default=SULUH_DEMO)

SESSION_ENGINE = "lms.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
# Without a request for so long, whoever sees others' data is signed out.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
SESSION_COOKIE_NAME = "suluh_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "suluh_csrf"
# Which browser holds an exam (assessments.answering.devices).
DEVICE_COOKIE_NAME = "suluh_device"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lms.views.csrf_failure"

# --- the wire
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The address that the proxy saw, or one stranger's wrong sign-ins would lock out everybody behind it.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SILENCED_SYSTEM_CHECKS = [
    # Preloading is a registration that the owner of the domain makes, not a default of a product.
    "security.W021",
    # Demo mode is served on plain http://localhost only; lms.E002 refuses plain http anywhere else.
    *(["security.W004", "security.W008", "security.W012", "security.W016", "security.W009"] if SULUH_DEMO else []),
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
# Wagtail's editor writes styles and a few scripts into its pages; only /admin/ gets this.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
}

# --- languages
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
try:
    LANGUAGES = offered(env.list("SITE_LANGUAGES", default=list(COMPLETE)))
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
LANGUAGES_BIDI = teach(LANG_INFO, global_settings.LANGUAGES_BIDI)
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = admin_languages(LANGUAGES)
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "locale"]
# A folder of fonts for scripts that no packaged one serves, such as Thaana and Tibetan.
FONTS_DIR = env.str("FONTS_DIR", default="")
LANGUAGE_COOKIE_NAME = "suluh_language"
LANGUAGE_COOKIE_SECURE = HTTPS

# --- machine translation: off unless a plug-in is named, such as courses.pages.translating.machine.LibreTranslate
MACHINE_TRANSLATION = env.str("MACHINE_TRANSLATION", default="")
MACHINE_TRANSLATION_URL = env.str("MACHINE_TRANSLATION_URL", default="")
MACHINE_TRANSLATION_KEY = env.str("MACHINE_TRANSLATION_KEY", default="")

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lms.parts.PartsFinder",
]
# Only authors see these files; what officers load is frozen and served below /files/.
MEDIA_URL = "/admin/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
# The largest that authors may upload.
PICTURE_MEGABYTES = env.int("PICTURE_MEGABYTES", default=10)
PICTURE_MEGAPIXELS = env.int("PICTURE_MEGAPIXELS", default=40)
AUDIO_MEGABYTES = env.int("AUDIO_MEGABYTES", default=50)
VIDEO_MEGABYTES = env.int("VIDEO_MEGABYTES", default=200)
DOCUMENT_MEGABYTES = env.int("DOCUMENT_MEGABYTES", default=20)
if not 1 <= PICTURE_MEGAPIXELS <= 80:
    raise ImproperlyConfigured(
        f"PICTURE_MEGAPIXELS={PICTURE_MEGAPIXELS}: between 1 and 80; a larger picture takes the memory of everybody."
    )
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CURRICULUM_DIR = BASE_DIR / "curriculum"

# --- mail: no account needs an address, so nothing depends on this
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Without a limit a mail server that does not answer holds the worker for ever.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=EMAIL_CONFIG.get("EMAIL_TIMEOUT") or 20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"suluh@{PUBLIC_HOST}")

# --- the authors' side
WAGTAIL_SITE_NAME = "Suluh"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAILADMIN_LOGIN_URL = "account_login"
# The do-no-harm review publishes itself, exactly what was signed: Wagtail's own way takes whatever is newest.
WAGTAIL_FINISH_WORKFLOW_ACTION = "lms.workflows.leave_it"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Wagtail would ask outside hosts for news of itself and for portraits of people.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_IMAGE_MODEL = "courses.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "courses.MediaFile"
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.pages.uploads.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.pages.uploads.MediaFileForm"
# What is in a file is checked by `courses.pages.media.checking`; these are what the editor offers.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = PICTURE_MEGABYTES * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = PICTURE_MEGAPIXELS * 1_000_000
WAGTAILDOCS_EXTENSIONS = ["mp4", "m4v", "webm", "mp3", "m4a", "ogg", "oga", "opus", "wav", "vtt", "pdf"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = max(VIDEO_MEGABYTES, AUDIO_MEGABYTES, DOCUMENT_MEGABYTES) * 1024 * 1024
# A new translation begins as a draft, and what translators typed outlives a page that is deleted.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Wagtail tells of every page that it saves; an import saves hundreds.
    # A refusal is no fault, and a line for each address that was not found would name certificates.
    "loggers": {"wagtail": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
