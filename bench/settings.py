"""The site's own settings, and the floors beside its addresses."""

from journal_site.settings import *  # noqa: F403
from journal_site.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 1}}
