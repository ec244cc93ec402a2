"""What no form is taken without: a token that only a page given to this browser could hold."""

from __future__ import annotations

import hashlib
import hmac
import secrets

FIELD = "csrf"


def new_secret() -> str:
    """For a browser that has neither a session nor a secret yet."""
    return secrets.token_urlsafe(24)


def form_token(secret: str) -> str:
    """What a form holds; it says nothing of `secret`."""
    return hmac.new(secret.encode(), b"jianding form", hashlib.sha256).hexdigest()


def is_ours(secret: str, token: str) -> bool:
    """Whether a form was given to whoever sends it."""
    return bool(secret) and hmac.compare_digest(form_token(secret), token)
