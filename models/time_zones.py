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


def zone_of(name: str) -> tzinfo | None:
    """The zone of this name; None where there is none, or the system does not know it."""
    try:
        return ZoneInfo(name)
    # Names are paths of files: what is no path, or leads to a folder, fails in other ways.
    except (KeyError, ValueError, OSError):
        return None


def time_zone_of(user: User) -> tzinfo:
    """Where this user tells the time: the zone that they have chosen, else that of their browser;
    UTC while neither is known.
    """
    name = user.time_zone or user.browser_time_zone
    return (zone_of(name) if name else None) or UTC
