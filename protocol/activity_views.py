"""What the protocol shows of what concerns somebody: in the JSON API and on their page of it."""

from msgspec import Struct

from protocol.encoding import Timestamp
from protocol.people_views import PersonView
from protocol.views import MessageView


class ActivityView(Struct, kw_only=True):
    """Something that concerns somebody: a message that mentions them (`kind` is `mention`), one
    that answers theirs (`reply`), or theirs, to which others have reacted (`reaction`). `people`
    are some of the `people_count` who did it.
    """

    id: int
    kind: str
    timestamp: Timestamp
    room_id: int
    room_name: str
    people: list[PersonView]
    people_count: int
    message: MessageView


class ActivityList(Struct):
    """What concerns somebody, the latest first. `cursor` asks for more; None: there is none."""

    entries: list[ActivityView]
    cursor: str | None
