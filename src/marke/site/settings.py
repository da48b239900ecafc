"""Settings of one installation, from the environment; nothing here is a co-op's policy: that is the rulebook's."""

import os
import secrets
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("MARKE_DATA", ROOT / "data")).resolve()
DEMO = os.environ.get("MARKE_DEMO") == "1"
# Whether anybody may start a co-op here, or only whoever runs the installation (`marke found`).
OPEN_FOUNDING = os.environ.get("MARKE_FOUNDING", "open") == "open"
DEBUG = os.environ.get("MARKE_DEBUG") == "1"


def _secret_key() -> str:
    """The installation's own key, made once and kept beside the database."""
    if key := os.environ.get("MARKE_SECRET_KEY"):
        return key
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _postgresql(url: str) -> dict[str, object]:
    parts = urlparse(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The server keeps the few statements that are sent with their values beside them. Behind a pooler: None.
        "OPTIONS": {"prepare_threshold": 0},
    }


# SQLite with a first-come lock before BEGIN IMMEDIATE, because its own busy handler starves writers.
SQLITE = {
    "ENGINE": "marke.common.db.sqlite",
    "NAME": DATA / "marke.sqlite3",
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-20000;PRAGMA mmap_size=134217728;"
            # Not temp_store=MEMORY: what SQLite keeps to take back a savepoint would be a list in memory, walked at every
            # statement, so that each row of a large transaction within another would take longer than the one before.
            "PRAGMA journal_size_limit=67108864;"
        ),
    },
}
DATABASES = {"default": _postgresql(os.environ["DATABASE_URL"]) if os.environ.get("DATABASE_URL") else SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("MARKE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
# The address under which links in mails and QR codes lead here.
BASE_URL = os.environ.get("MARKE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Sectors of one's own: apps that bring a pack, named in MARKE_PACKS or by what is installed beside us.
OWN_PACKS = [*os.environ.get("MARKE_PACKS", "").split(), *(found.value for found in entry_points(group="marke.packs"))]

INSTALLED_APPS = [
    *dict.fromkeys(OWN_PACKS),
    "marke_packs.delivery",
    "marke_packs.freelancers",
    "marke_packs.home_services",
    "marke_packs.odd_jobs",
    "marke_packs.rides",
    "marke.site",
    "marke.packs",
    "marke.doors",
    "marke.credentials",
    "marke.sending",
    "marke.intake",
    "marke.treasury",
    "marke.surplus",
    "marke.capital",
    "marke.funds",
    "marke.plan",
    "marke.engagements",
    "marke.selfbills",
    "marke.sellers",
    "marke.invoices",
    "marke.dispatch",
    "marke.feedback",
    "marke.bills",
    "marke.hearings",
    "marke.safety",
    "marke.activities",
    "marke.shares",
    "marke.jobs",
    "marke.decisions",
    "marke.payments",
    "marke.rates",
    "marke.rounds",
    "marke.threads",
    "marke.slots",
    "marke.places",
    "marke.ledger",
    "marke.statutes",
    "marke.rules",
    "marke.parties",
    "marke.common",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Outside WhiteNoise, so that styles and scripts travel small also where nobody compressed them beforehand.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "marke.common.middleware.NulMiddleware",
    "marke.common.middleware.PrivacyMiddleware",
    "marke.common.middleware.RefusalMiddleware",
    "marke.parties.middleware.CoopMiddleware",
]

ROOT_URLCONF = "marke.site.urls"
WSGI_APPLICATION = "marke.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "marke.parties.context_processors.coop",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "marke.common.templatetags.marke",
            ],
            # Named here, because partials and cotton would each replace the other's loader by themselves.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    },
]
COTTON_DIR = "cotton"
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees what it is given, not what happens to be on the page

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "marke.parties.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # a password only for those who want one
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "add_email": "marke.common.sign_in.AddEmailForm",
    "change_password": "marke.common.sign_in.ChangePasswordForm",
    "confirm_email_verification_code": "marke.common.sign_in.ConfirmEmailVerificationCodeForm",
    "confirm_login_code": "marke.common.sign_in.ConfirmLoginCodeForm",
    "login": "marke.common.sign_in.LoginForm",
    "reauthenticate": "marke.common.sign_in.ReauthenticateForm",
    # People whom a co-op knows by mail address (imported, written down by hand) get a code like everybody else.
    "request_login_code": "marke.parties.forms.RequestLoginCodeForm",
    "reset_password": "marke.common.sign_in.ResetPasswordForm",
    "reset_password_from_key": "marke.common.sign_in.ResetPasswordKeyForm",
    "set_password": "marke.common.sign_in.SetPasswordForm",
    "signup": "marke.common.sign_in.SignupForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Where "Navigate" leads, with {lat} and {lon} in it; empty: the phone's own map, by a geo: address.
NAVIGATE = os.environ.get("MARKE_NAVIGATE", "")

# Mails are written to the outbox in the transaction that causes them; `marke work` sends them.
EMAIL_BACKEND = "marke.common.mail.OutboxBackend"
MAIL_DELIVERY_BACKEND = os.environ.get("MARKE_MAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("MARKE_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("MARKE_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("MARKE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MARKE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("MARKE_MAIL_TLS") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("MARKE_MAIL_FROM", "marke@localhost")

# Where ways are asked for (OSRM, up to and with the profile): one address for every kind of work, or "kind=address" each.
# Without one, the co-op's rules reckon from the straight line.
# Where suppliers' bills come in by mail: what stands behind the @ of each co-op's address, and the mailbox that is read (an
# address of the forms that bills/mailboxes.py knows), unless the mail server pipes mails into `marke receive-mail`.
BILLS_HOST = os.environ.get("MARKE_BILLS_HOST", "bills.example" if DEMO else "")
BILLS_MAILBOX = os.environ.get("MARKE_BILLS_MAILBOX", "")
BILLS_PASSWORD = os.environ.get("MARKE_BILLS_PASSWORD", "")

ROUTERS = {
    kind: address.rstrip("/")
    for kind, _equals, address in (
        word.partition("=") if "=" in word.partition("://")[0] else ("", "", word)
        for word in os.environ.get("MARKE_ROUTER", "").split()
    )
}

# Where addresses are searched for besides what a co-op knows (Photon or Nominatim, up to the question mark). Whatever is typed
# into a booking goes there, so without one nothing leaves the house.
ADDRESS_SEARCH = os.environ.get("MARKE_ADDRESS_SEARCH", "")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
USE_I18N = True
LOCALE_PATHS = [ROOT / "src" / "marke" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# Served from the apps themselves: nothing to collect, nothing to forget after an upgrade.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 60 * 60 * 24 * 30
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "marke.common.static_files.VersionedStaticFiles"},
}
MEDIA_ROOT = DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# A server of map tiles, "https://tiles.example/{z}/{x}/{y}.png", and whom to credit. Without one, maps are drawn without tiles.
MAP_TILES = os.environ.get("MARKE_TILES", "")
MAP_CREDIT = os.environ.get("MARKE_TILES_CREDIT", "")

# Webhooks never go into a private network, so that nobody reaches through us what lies behind; unless a test or a demo says so.
WEBHOOKS_PRIVATE = os.environ.get("MARKE_WEBHOOKS_PRIVATE") == "1"

# A trading partner inside the installation that receives e-invoices and answers them, for the demo and for trying out.
TRADING_PARTNER = DEMO or os.environ.get("MARKE_TRADING_PARTNER") == "1"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *(["{0.scheme}://{0.netloc}".format(urlparse(MAP_TILES))] if MAP_TILES else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("MARKE_BEHIND_PROXY") == "1" else None
# Behind a proxy its own address is not the visitor's, by whom attempts to sign in are counted.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("MARKE_BEHIND_PROXY") == "1" else 0
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_keys": {"()": "marke.common.logs.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_keys"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("MARKE_LOG", "WARNING")},
}
