"""Addresses of this site, for people to be sent to."""

from quart import request, url_for

from blueprints.security import is_secure


def site_url() -> str:
    """Where the request has come to: https://chat.example.org, without a slash at its end."""
    return f"{'https' if is_secure(request) else 'http'}://{request.host}"


def reset_url(token: str) -> str:
    """The link by which somebody chooses another password."""
    return site_url() + url_for("password_reset.show", token=token)
