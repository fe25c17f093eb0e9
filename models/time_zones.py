"""Time zones by the names of the IANA."""

import re
from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from models.user import User

# What Etc/ has are offsets with their signs turned round, and files of other kinds lie beside.
_CHOICES = re.compile(
    r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+"
)


@cache
def names() -> tuple[str, ...]:
    """Those that are offered, in their order."""
    return "UTC", *sorted(each for each in available_timezones() if _CHOICES.fullmatch(each))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str) -> tzinfo | None:
    """The zone of this name; None where there is none, or the system does not know it. Beside the
    zones lie files that are read as if they were some.
    """
    if name not in _known():
        return None
    try:
        return ZoneInfo(name)
    # One whose file is damaged, or has been taken away meanwhile.
    except (KeyError, ValueError, OSError):
        return None


def time_zone_of(user: User) -> tzinfo:
    """Where this user tells the time: the zone that they have chosen, else that of their browser;
    UTC while neither is known.
    """
    name = user.time_zone or user.browser_time_zone
    return (zone_of(name) if name else None) or UTC
