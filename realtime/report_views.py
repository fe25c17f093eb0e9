"""Rows of reports as views."""

from typing import Any

from models.report import ReportRow, Snapshot
from protocol.encoding import timestamp
from protocol.report_views import AdminReportView, ReportedMessage, ReportView


def report_view(row: ReportRow) -> ReportView:
    """For owners: not who has made it."""
    return ReportView(*_fields(row))


def admin_report_view(row: ReportRow) -> AdminReportView:
    """For administrators."""
    return AdminReportView(
        *_fields(row), room_id=row.room_id, room_name=row.room_name, reporter=row.reporter
    )


def _fields(row: ReportRow) -> tuple[Any, ...]:
    messages = [_message(each) for each in row.messages]
    said = row.message_id, row.category, row.text
    return (row.id, *said, timestamp(row.reported_at), row.outcome, messages)


def _message(row: Snapshot) -> ReportedMessage:
    names = row.username, row.display_name
    return ReportedMessage(
        row.message_id, row.user_id, *names, row.message, timestamp(row.timestamp)
    )
