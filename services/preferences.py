"""In which language somebody is told something. Their time zone is in models/time_zones.py."""

from models import User


def language_of(user: User, otherwise: str) -> str:
    """The language that they have chosen; `otherwise` that of their browser, or the server's."""
    return user.language or otherwise
