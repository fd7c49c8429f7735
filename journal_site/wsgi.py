"""What gunicorn serves."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journal_site.settings")
django.setup(set_prefix=False)


class Request(WSGIRequest):
    """Reads all as UTF-8. Django's own reads an address by the codec that a request names before
    anybody can refuse it, and fails where that is none of texts (`refuse_other_charsets` does)."""

    def _set_content_type_params(self, environ):
        told = environ.get("CONTENT_TYPE", "")
        self.content_type, self.content_params = parse_header_parameters(told)


class Handler(WSGIHandler):
    request_class = Request


application = Handler()
