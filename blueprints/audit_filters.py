"""Which entries of the audit log a query string asks for: page, API and export alike."""

from datetime import MAXYEAR, UTC, datetime, timedelta

from quart import request

from blueprints.context import int_arg
from models import Refusal
from models.audit_entry import AuditEntry
from models.database import storable
from models.membership import ID_MAX
from models.queries.audit_log import AuditFilter
from services.guards import require_user


async def audit_filter() -> AuditFilter:
    """`action`; `actor` and `person`, by username; `room`, by id; `since` and `until`, days in UTC,
    both among them. What is empty does not matter.

    Raises:
        Refusal: bad_request, unknown_user.
    """
    action = _text("action")[: AuditEntry.ACTION_MAX]
    if not storable(action):
        raise Refusal("bad_request", problem="action")
    until = _day("until")
    return AuditFilter(
        action=action or None,
        actor_id=await _user_id("actor"),
        user_id=await _user_id("person"),
        room_id=_number("room"),
        since=_day("since"),
        until=until + timedelta(days=1) if until else None,
    )


def cursor_arg() -> int | None:
    """The `cursor` of the query string. Raises Refusal: bad_request."""
    return int_arg(request.args, "cursor")


def _text(name: str) -> str:
    return request.args.get(name, "").strip()


async def _user_id(name: str) -> int | None:
    username = _text(name).removeprefix("@")
    return (await require_user(username)).id if username else None


def _number(name: str) -> int | None:
    text = _text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < len(str(ID_MAX))):
        raise Refusal("bad_request", problem=name)
    return int(text)


def _day(name: str) -> datetime | None:
    text = _text(name)
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal("bad_request", problem=name) from None
    if day.year == MAXYEAR:  # After it there is no day.
        raise Refusal("bad_request", problem=name)
    return day
