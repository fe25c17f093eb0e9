"""How long messages are kept, as the API answers."""

from msgspec import Struct

from protocol.encoding import Timestamp


class RetentionView(Struct):
    """For how many days messages are kept: `days`, where it is not None, and `server_days`, the
    same; the shorter holds. What was asked for would delete `count` of them at once, the oldest of
    which was posted at `oldest`. While messages that have expired are being deleted, `state` is
    `running`, and `progress` of `total` are gone; else `done`.
    """

    days: int | None
    server_days: int | None
    count: int
    oldest: Timestamp | None
    state: str
    progress: int
    total: int
