"""Django's settings, made of the installation's environment (environment.py says which variables there are).

Not here: what a merchant can set.
"""

from typing import Any
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from crossdock import environment, environment_mail

CROSSDOCK_DATA = environment.data_folder()
CROSSDOCK_KEYS = environment.keys(CROSSDOCK_DATA)
CROSSDOCK_URL = environment.public_url()
CROSSDOCK_HOST = environment.host()
CROSSDOCK_PORT = environment.port()
CROSSDOCK_ALLOW_PRIVATE = environment.allow_private()
CROSSDOCK_ALLOW_NETWORKS = environment.allow_networks()
CROSSDOCK_LOG = environment.log_level()
CROSSDOCK_LOG_AS_JSON = environment.log_as_json()
CROSSDOCK_HEARTBEAT = environment.heartbeat()
CROSSDOCK_SWEEP = environment.sweep_every()
CROSSDOCK_SETTLE = environment.settle_for()
CROSSDOCK_BRAKE = environment.brake_window()
CROSSDOCK_REHEARSAL = environment.rehearsal()
CROSSDOCK_SANDBOX = environment.sandbox()

SECRET_KEY = environment.secret_key(CROSSDOCK_DATA)
DEBUG = False
_PUBLIC = urlsplit(CROSSDOCK_URL)
ALLOWED_HOSTS = [_PUBLIC.hostname or "", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [CROSSDOCK_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _PUBLIC.scheme == "https"
SESSION_COOKIE_NAME = "crossdock_session"
CSRF_COOKIE_NAME = "crossdock_csrf"
X_FRAME_OPTIONS = "DENY"
# Pages are made of what this address serves, and of nothing written into them: docs/decisions/screens.md.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

INSTALLED_APPS = [
    "crossdock.apps.CrossdockConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crossdock.web.accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crossdock.api.middleware.ApiMiddleware",
]
ROOT_URLCONF = "crossdock.urls"
ASGI_APPLICATION = "crossdock.asgi.application"
_HERE = environment.PACKAGE
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {
                "words": "crossdock.web.tags",
                "parts": "crossdock.web.parts",
                "rehearsal_words": "crossdock.web.rehearsal.tags",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crossdock.web.notices.bell.bell",
                "crossdock.web.look.look",
                "crossdock.web.accounts.context.places",
            ],
        },
    }
]
STATIC_URL = "static/"
STATICFILES_DIRS = [folder for folder in [_HERE / "web" / "static"] if folder.is_dir()]

AUTH_USER_MODEL = "crossdock.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Mail: by the server that is named, else into files
CROSSDOCK_MAIL = environment_mail.mail()
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CROSSDOCK_MAIL.sender
EMAIL_USE_LOCALTIME = False
globals().update(CROSSDOCK_MAIL.for_django(str(CROSSDOCK_DATA / "mails")))

# Log-in, passwords, addresses, second factors and sessions (allauth). People come by invitation only.
ACCOUNT_ADAPTER = "crossdock.web.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # an invitation proves its address; another one is proved before it counts
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_BLACKLIST = ["hub"]  # the hub's own name in histories
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _PUBLIC.scheme
MFA_ADAPTER = "crossdock.web.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Crossdock"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _PUBLIC.hostname in ("127.0.0.1", "localhost", "::1")
# Counts of tries (allauth's limits) are one for all web processes: a table, as every installation has.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# docs/decisions/languages.md says how they are written, and why Portuguese is "pt-pt".
LANGUAGES = [("en", "English"), ("sv", "Svenska"), ("fr", "Français"), ("ko", "한국어"), ("pt-pt", "Português")]
LOCALE_PATHS = [_HERE / "locale"]
FORMAT_MODULE_PATH = "crossdock.web.formats"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING_CONFIG = None  # logs.py, by the command that runs

# Only what is written in sync/tasks.py is a task: nothing is discovered by a module's name.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""


def _database() -> tuple[str, dict[str, Any]]:
    """libpq's connection words for our own SQL, and Django's settings for the same server."""
    words = environment.database_url(CROSSDOCK_DATA)
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(words))
    except ProgrammingError as error:
        raise environment.BadSetting("DATABASE_URL", "it cannot be read", environment.DATABASE_CURE) from error
    if not parts.get("dbname"):
        raise environment.BadSetting("DATABASE_URL", "it names no database", environment.DATABASE_CURE)
    plain = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    django = {ours: str(parts.pop(theirs, "")) for ours, theirs in plain.items()}
    return make_conninfo(words), {
        "ENGINE": "django.db.backends.postgresql",
        **django,
        "OPTIONS": {**parts, "application_name": parts.get("application_name", "crossdock")},
        "CONN_HEALTH_CHECKS": True,
    }


CROSSDOCK_DATABASE, _DEFAULT = _database()
DATABASES = {"default": _DEFAULT}
