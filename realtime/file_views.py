"""What is shown of a file."""

import re
from urllib.parse import quote

from msgspec import UNSET, structs

from models import File
from models.attached_file import AttachedFile
from protocol.encoding import timestamp
from protocol.file_views import FileView, RoomFileView

# What ends an address, or leads elsewhere, in one way of reading it or another.
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f\x85\u2028\u2029]|^\.\.?$")


def file_view(file: AttachedFile) -> FileView:
    """`url` ends with the name for people's eyes: nothing is found by it."""
    url = f"/files/{file.id}/{quote(_UNSAFE.sub('_', file.name), safe='')}"
    return FileView(
        file.id,
        file.name,
        file.content_type,
        file.bytes,
        url,
        f"{url}?thumbnail=on" if file.has_thumbnail else UNSET,
        file.width or UNSET,
        file.height or UNSET,
        file.alt or UNSET,
        True if file.is_animated else UNSET,
    )


def room_file_view(file: File) -> RoomFileView:
    """Of a file that is attached, with its user."""
    view = structs.asdict(file_view(file.attached()))
    user = file.user
    return RoomFileView(
        **view,
        message_id=file.number or 0,
        user_id=file.user_id,
        username=user.username,
        display_name=user.display_name or UNSET,
        timestamp=timestamp(file.created_at),
    )
