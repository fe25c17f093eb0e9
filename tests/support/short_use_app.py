"""The app of ShortUseServer: Beseda, where each use of a login is stored, not one an hour."""

from datetime import timedelta

from blueprints.sockets import room
from models import Session

Session.USE_STEP = timedelta(0)
room.USE_SECONDS = 0.0

from app import app  # noqa: E402 - made when it is imported

__all__ = ["app"]
