"""How fast one person may do what; the numbers are in realtime/rate_limits.py."""

from dataclasses import dataclass

from config import Settings
from realtime import rate_limits as rates
from realtime.rate_limits import Limit, NoLimit

AnyLimit = Limit | NoLimit


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits of this process, which several services count by. With RATE_LIMITS=off none."""

    messages: AnyLimit
    typing: AnyLimit
    history: AnyLimit
    read_marks: AnyLimit
    new_rooms: AnyLimit
    direct_conversations: AnyLimit
    additions: AnyLimit
    additions_of_one: AnyLimit
    blocks: AnyLimit
    searches: AnyLimit
    room_lists: AnyLimit
    changes: AnyLimit
    message_changes: AnyLimit
    drafts: AnyLimit
    invite_links: AnyLimit
    join_requests: AnyLimit
    reports: AnyLimit
    new_accounts: AnyLimit
    uploads: AnyLimit

    @classmethod
    def from_settings(cls, settings: Settings) -> "RateLimits":
        def limit(rate_and_size: tuple[float, int]) -> AnyLimit:
            return Limit(rate_and_size) if settings.rate_limits else NoLimit()

        return cls(
            messages=limit(rates.MESSAGES),
            typing=limit(rates.TYPING),
            history=limit(rates.HISTORY),
            read_marks=limit(rates.READS),
            new_rooms=limit(rates.ROOMS),
            direct_conversations=limit(rates.DIRECT),
            additions=limit((rates.PEOPLE_RATE, settings.max_members_per_room)),
            additions_of_one=limit(rates.ASKING),
            blocks=limit(rates.BLOCKS),
            searches=limit(rates.SEARCHES),
            room_lists=limit(rates.LISTS),
            changes=limit(rates.CHANGES),
            message_changes=limit(rates.MESSAGE_CHANGES),
            drafts=limit(rates.DRAFTS),
            invite_links=limit(rates.INVITE_LINKS),
            join_requests=limit(rates.JOIN_REQUESTS),
            reports=limit(rates.REPORTS),
            new_accounts=Limit(rates.NEW_ACCOUNT),  # Whether it is asked is a setting.
            uploads=limit(rates.UPLOADS),
        )
