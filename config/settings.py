"""All settings, read top to bottom; what differs between installations comes from the environment (.env.example)."""

from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.directory("DATA_DIR", BASE_DIR / "var")

# --- Who we are -------------------------------------------------------------------------------------------------

SERVICE_NAME = env.text("SERVICE_NAME", _("DX consultation"))
OFFICE_NAME = env.text("OFFICE_NAME", _("Digital Design Office"))
OFFICE_PHONE = env.text("OFFICE_PHONE", "")
OFFICE_EMAIL = env.address("OFFICE_EMAIL", "dx-soudan@city.example.jp")
# The pair answers within this many business days; the receipt page promises it.
FIRST_ANSWER_BUSINESS_DAYS = env.number("FIRST_ANSWER_BUSINESS_DAYS", 3, least=1)
# An open case without an entry for this many days is marked in the list.
QUIET_DAYS = env.number("QUIET_DAYS", 14, least=1)

# --- Where we are reached -----------------------------------------------------------------------------------------

SITE = env.url(
    "SITE_URL",
    f"http://127.0.0.1:{env.number('PORT', 8000, least=1)}",
    schemes={"http", "https"},
    example="https://dx-soudan.example.jp",
)
SITE_URL = SITE.geturl().rstrip("/")
if not SITE.hostname or SITE.path.rstrip("/"):
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}. Write scheme and host only, e.g. https://dx-soudan.example.jp"
    )
HTTPS = SITE.scheme == "https"
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", kept_in=DATA_DIR / "secret_key")
ALLOWED_HOSTS = [
    *(SITE.hostname, "127.0.0.1", "localhost", "[::1]"),  # a health check comes from the machine itself
    *filter(None, env.text("ALLOWED_HOSTS").replace(" ", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many reverse proxies stand in front and set X-Forwarded-For/-Proto. 0: those headers are not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What it is made of -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # our rooms, upper before lower; ours come first so that our templates win
    "config.apps.ConfigConfig",
    "meetings",
    "consultations",
    "menus",
    "knowledge",
    "outbox",
    "office",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # so that templates/django/forms/ can overrule how a widget is drawn
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "simple_history",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.BoundedBodyMiddleware",
    "config.middleware.ReadablePathMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.PrivatePagesMiddleware",
    "config.middleware.LanguageFromCookieMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # As django-template-partials would set them up, but for the one that reads our own.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["config.templates.Loader", "django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "dads"
CRISPY_TEMPLATE_PACK = "dads"
CRISPY_FAIL_SILENTLY = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Where things are kept ----------------------------------------------------------------------------------------

env.url(
    "DATABASE_URL",
    "sqlite://",
    schemes={"sqlite", "postgres", "postgresql"},
    example="postgresql://desk:password@localhost:5432/desk",
)
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'desk.sqlite3'}"), conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock when it begins: two that both read first would else refuse each other.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# In the database, not in Redis: a Redis that is down or answers nothing must not hold up a person's request.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"  # never served by URL: only through a view that asks for permission
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemory", "config.uploads.OnDisk"]
# The virus scanner. Off unless set; where it is set, nobody is given a file that it has not passed.
CLAMD_URL = env.scanner("CLAMD_URL")

# --- Mail ---------------------------------------------------------------------------------------------------------

vars().update(env.email("EMAIL_URL", folder=DATA_DIR / "mail"))
# Seconds for each step of the talk with the mail server.
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OFFICE_EMAIL

# --- Chat -------------------------------------------------------------------------------------------------------

# The incoming webhook of the channel of ICT operations. Off unless set.
ict_webhook = env.webhook("ICT_WEBHOOK_URL")
SECRET_WEBHOOKS = {"ict": ict_webhook} if ict_webhook else {}  # Django's debug pages leave out what is called SECRET

# --- Worker -------------------------------------------------------------------------------------------------------

BROKER = env.url(
    "CELERY_BROKER_URL", "filesystem://", schemes={"filesystem", "redis", "rediss"}, example="redis://localhost:6379/0"
)
CELERY_BROKER_URL = BROKER.geturl() if BROKER.scheme != "filesystem" else "filesystem://"
if BROKER.scheme == "filesystem":
    BROKER_DIR = DATA_DIR / "broker"
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "visibility_timeout": 1800,  # above CELERY_TASK_TIME_LIMIT, else a running task is handed out twice
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_PUBLISH_RETRY = False  # the row is the queue; a kick that cannot be delivered is not worth waiting for
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
# A task that is sending goes on when the broker is lost: the rows it holds would else wait until their lease ends.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Tokyo"
SWEEP_SECONDS = 5
SCAN_SECONDS = 20
HEARTBEAT_SECONDS = 10
# Older than this, the worker counts as dead: /healthz goes red and the worker ends itself to be started anew.
HEARTBEAT_STALE_SECONDS = 90
# A message expires after its interval: a worker that comes back finds one sweep waiting, not a night of them. Beat
# remembers nothing over a restart, so nothing is left to one moment of the night, at which it may be down.
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {
        "task": "outbox.tasks.heartbeat",
        "schedule": HEARTBEAT_SECONDS,
        "options": {"expires": HEARTBEAT_SECONDS},
    },
    "sweep": {"task": "outbox.tasks.send_queued", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    "forget-intakes": {
        "task": "consultations.tasks.forget_intakes",
        "schedule": crontab(minute=20),
        "options": {"expires": 3600},
    },
    "forget-drafts": {
        "task": "consultations.tasks.forget_drafts",
        "schedule": crontab(minute=40),
        "options": {"expires": 3600},
    },
    # From 8:30 on the first of these makes the day's reminders, whenever the worker came up.
    "digest": {
        "task": "consultations.tasks.make_digest",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "forget-orphans": {
        "task": "consultations.tasks.forget_orphans",
        "schedule": crontab(minute=50),
        "options": {"expires": 3600},
    },
    "clear-sessions": {
        "task": "config.tasks.clear_sessions",
        "schedule": crontab(minute=30),
        "options": {"expires": 3600},
    },
    "pairs-take-effect": {
        "task": "consultations.tasks.hand_cases_to_current_pairs",
        "schedule": crontab(minute=10),
        "options": {"expires": 3600},
    },
    "forget-misses": {
        "task": "knowledge.tasks.forget_misses",
        "schedule": crontab(minute=5),
        "options": {"expires": 3600},
    },
    "count-words": {
        "task": "knowledge.tasks.count_words",
        "schedule": crontab(minute=40),
        "options": {"expires": 3600},
    },
    "index-renamed": {
        "task": "consultations.tasks.index_renamed",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    # The agenda writes itself; on the day of the meeting the team gets it.
    "compose-agenda": {
        "task": "meetings.tasks.compose_next",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "mail-agenda": {
        "task": "meetings.tasks.mail_agenda",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    # Each goes on from the last, so that what is a day old is found anew.
    "compare-cases": {
        "task": "consultations.tasks.compare_cases",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "index-touched": {"task": "knowledge.tasks.index_touched", "schedule": 60, "options": {"expires": 60}},
    "encode-new": {"task": "knowledge.tasks.encode_new", "schedule": 30, "options": {"expires": 30}},
}

if CLAMD_URL:
    CELERY_BEAT_SCHEDULE["scan-files"] = {
        "task": "consultations.tasks.scan_files",
        "schedule": SCAN_SECONDS,
        "options": {"expires": SCAN_SECONDS},
    }
if SECRET_WEBHOOKS:
    CELERY_BEAT_SCHEDULE["sweep-posts"] = {
        "task": "outbox.tasks.post_queued",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    }

# --- People and their passwords -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # or else anybody can have a mail sent to anybody
ACCOUNT_SESSION_REMEMBER = False  # counters share machines
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_USER_DISPLAY = "office.models.display_name"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal"
ACCOUNT_LOGOUT_REDIRECT_URL = "portal"
SESSION_COOKIE_AGE = 12 * 60 * 60

# --- Safety -------------------------------------------------------------------------------------------------------

prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{prefix}session",
    f"{prefix}csrf",
    f"{prefix}language",
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of the one-time password
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# How many times one address may send the form in an hour.
INTAKE_RATE_PER_HOUR = env.number("INTAKE_RATE_PER_HOUR", 300, least=1)
# Counted by allauth, beside its own limits for signing in. More forms are begun than sent.
ACCOUNT_RATE_LIMITS = {
    "consult_open": f"{4 * INTAKE_RATE_PER_HOUR}/h/ip",
    "consult_suggest": f"{2 * INTAKE_RATE_PER_HOUR}/m/ip",  # asked at every pause of whoever types
    # What is counted for the reports, not what is answered.
    "consult_shown": f"{4 * INTAKE_RATE_PER_HOUR}/h/ip",
    "consult_solved": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "article_opinion": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "search_missed": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "consult_send": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "receipt_message": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "lost_link": f"{INTAKE_RATE_PER_HOUR}/h/ip",
    "lost_link_again": "3/h/key",  # for one number and address
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ATTACHMENT_MAX_FILES = 5
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"

# --- What is said on the console ----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.logs.KeylessFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # The sweep runs every few seconds; that it ran is no news.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
