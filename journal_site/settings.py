"""The one settings file. Everything that differs between machines comes from the environment."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what a running site writes: the embedded database and broker, the key

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
REDIS_URL = env("REDIS_URL", default="")


def _kept_secret_key():
    """A key made at the first start and kept, so that a demo needs no configuration at all."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(exist_ok=True)
    try:
        with path.open("x") as file:  # «x»: of two processes started at once only one writes
            file.write(get_random_secret_key())
        path.chmod(0o600)
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = env("SECRET_KEY", default="") or _kept_secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "journal_site",
    "journal_site.apps.JournalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "simple_history",
    "axes",
    "crispy_forms",
    "tempjournal",
    "diaries",
    "setup",
    "journals",
    "attendance",
    "school",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "journal_site.middleware.IdleMiddleware",
    "journal_site.middleware.DrawnForMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "journal_site.middleware.LoginRequiredMiddleware",
    "journal_site.first_login.FirstThingsFirst",
    "journal_site.middleware.tell_what_was_written",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "journal_site.middleware.security_headers",
    "journal_site.middleware.refuse_other_charsets",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "journal_site.urls"
WSGI_APPLICATION = "journal_site.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "journal_site.context.navigation",
            ],
            "builtins": [
                "journal_site.templatetags.addresses",
                "journal_site.templatetags.owned_forms",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["journal"]
CRISPY_TEMPLATE_PACK = "journal"

# --- data ---

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/journal.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # Readers do not wait for the writer; a writer takes its lock at BEGIN, so that
        # compare-and-set is as safe as SELECT … FOR UPDATE is on PostgreSQL.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # A file, as on a real site: threads of a test then have connections and locks of their own.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool={"min_size": 1, "max_size": 8},
        prepare_threshold=0,  # at the first use, of what school.compiled sends; nothing else can be
    )
else:
    raise ImproperlyConfigured("DATABASE_URL: PostgreSQL or SQLite")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }

# What people upload and what is archived; outside of everything a web server hands out.
PRIVATE_DIR = Path(env("PRIVATE_DIR", default="") or VAR_DIR / "private")
# Of a file that is too big nothing beyond the limit is kept, of many as little. A school that moves
# in brings all its lists at once.
FILE_UPLOAD_HANDLERS = ["school.uploads.LimitedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 60
# The preview of a class's month sends a field for every mark: 25 pupils × 25 lessons × 12 subjects.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Where the temporary journals of the coming days are written to every morning (3.1); best on a disk
# that can be reached when this machine can't.
TEMP_JOURNAL_DIR = Path(env("TEMP_JOURNAL_DIR", default="") or VAR_DIR / "temp-journals")

# The PKCS#12 file with the director's key (4.1); without one certified journals are not signed. Its
# password is typed by the director at every signature and kept nowhere.
SIGNING_KEY = env("SIGNING_KEY", default="")

# --- background work ---

CELERY_TIMEZONE = env("SCHOOL_TIME_ZONE", default="Europe/Moscow")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    _queue = VAR_DIR / "queue"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_queue / "control"),
    }
    _queue.mkdir(parents=True, exist_ok=True)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")

# --- letters ---

# By default they are printed where the worker runs: a demo sends nothing to anybody.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# A mail server that does not answer must not hold up the worker, nor a claim on a digest expire
# while its letter is still on the way.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="journal@localhost")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")  # links in letters begin so

# --- people ---

AUTH_USER_MODEL = "school.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "school.slip_backend.SlipBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "school.passwords.SchoolPasswordValidator"}]
PASSWORD_RESET_TIMEOUT = 30 * 60  # the link of the letter to who has forgotten his password
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
ANONYMOUS_USER_NAME = None  # guardian: nobody has rights without an account (5.1)
GUARDIAN_MONKEY_PATCH_USER = False
# Ten wrong passwords close this login from this address for a quarter of an hour: a whole class
# behind one address of the school must not be locked out by one forgetful pupil.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "journal_site.login_actions.attempt_name"
AXES_CLIENT_IP_CALLABLE = "school.models.history.request_address"
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

# --- the school's place and language ---

LANGUAGE_CODE = "ru"
USE_TZ = True
TIME_ZONE = CELERY_TIMEZONE

# --- files ---

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "journal_site.storage.ModuleStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_DIR},
    },
}

# --- safety ---

# BEHIND_HTTPS: a proxy in front of us speaks TLS and sets X-Forwarded-Proto and X-Forwarded-For.
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", default=False)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by the container itself, from inside
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_ENGINE = "journal_site.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
