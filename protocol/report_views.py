"""Reports of messages, as the API answers."""

from msgspec import Struct

from protocol.encoding import Timestamp


class ReportedMessage(Struct):
    """A message as it was when it was reported: its text, as it was written."""

    message_id: int
    user_id: int
    username: str
    display_name: str
    message: str
    timestamp: Timestamp


class ReportView(Struct):
    """A report, as owners see it. The last of the `messages` is the reported one. `category`
    is spam, abuse, illegal or other; `outcome` dismissed, acted, or None as long as nobody has
    judged.
    """

    id: int
    message_id: int
    category: str
    text: str
    reported_at: Timestamp
    outcome: str | None
    messages: list[ReportedMessage]


class ReportList(Struct):
    """Those that nobody has judged first, the latest first."""

    reports: list[ReportView]


class AdminReportView(ReportView, kw_only=True):
    """A report, as administrators see it: also who has made it, by username, and where."""

    room_id: int
    room_name: str
    reporter: str


class AdminReportList(Struct):
    """As ReportList."""

    reports: list[AdminReportView]
