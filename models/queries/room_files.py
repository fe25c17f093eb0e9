"""The files of a room that one of its members sees, the latest first."""

from models.file import File
from models.membership import Membership


async def room_files(member: Membership, before: int | None, limit: int) -> list[File]:
    """At most `limit`, of messages that they see; those before the file of this id. Each has its
    user. Files go with their messages: what is here has not been deleted.
    """
    found = File.filter(room_id=member.room_id, number__gte=max(1, member.bound))
    if before is not None:
        found = found.filter(id__lt=before)
    return await found.order_by("-id").limit(limit).select_related("user")
