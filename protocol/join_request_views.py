"""Requests to be let into a room, as the API answers owners."""

from msgspec import Struct

from protocol.encoding import Timestamp
from protocol.people_views import PersonView


class JoinRequestView(Struct):
    """Somebody who asks, and what they say to it; "" for nothing."""

    person: PersonView
    note: str
    asked_at: Timestamp


class JoinRequestList(Struct):
    """Of a room, the earliest first."""

    requests: list[JoinRequestView]
