"""The files of a room, for who is in it."""

from models import Membership, Refusal
from models.queries.room_files import room_files
from protocol.file_views import RoomFileList
from realtime.file_views import room_file_view
from services.rate_limits import RateLimits

LIST_DEFAULT, LIST_MAX = 50, 100


class RoomFiles:
    """Those of the messages that the member sees."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def page(
        self, member: Membership, before: int | None = None, limit: int = LIST_DEFAULT
    ) -> RoomFileList:
        """The latest first; those before the file of this id.

        Raises:
            Refusal: rate_limited; bad_request, for another limit than 1 to 100.
        """
        if not 1 <= limit <= LIST_MAX:
            raise Refusal("bad_request", problem="limit")
        self._limits.history.check(member.user_id)
        files = await room_files(member, before, limit + 1)
        cursor = files[limit - 1].id if len(files) > limit else None
        return RoomFileList([room_file_view(each) for each in files[:limit]], cursor)
