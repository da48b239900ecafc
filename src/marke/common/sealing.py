"""Secret keys at rest: under a key made of the installation's secret, so that a copy of the database alone opens nothing."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(ValueError):
    """It was sealed under another secret than the one that the installation has now."""


def _lock() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"marke secrets").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(secret: bytes) -> str:
    return _lock().encrypt(secret).decode()


def open_sealed(text: str) -> bytes:
    """Raises: CannotOpen."""
    try:
        return _lock().decrypt(text.encode())
    except InvalidToken as error:
        raise CannotOpen from error
