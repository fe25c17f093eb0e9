"""From the rows of drafts to views."""

from models.draft import DraftRow
from protocol.draft_views import DraftView
from protocol.encoding import timestamp


def draft_view(row: DraftRow) -> DraftView:
    updated_at = timestamp(row.updated_at) if row.updated_at else None
    return DraftView(row.text, row.reply_to, updated_at, row.version)
