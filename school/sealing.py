"""Secrets that have to wait for a worker: encrypted with what the settings alone know, so that
neither the database nor its backup gives them away."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.views.decorators.debug import sensitive_variables


class Unsealable(Exception):
    """It was sealed with another SECRET_KEY, or is no sealed text."""


@sensitive_variables("text")
def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; Unsealable."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable from error


def _box() -> Fernet:
    key = hashlib.sha256(b"school.sealing:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
