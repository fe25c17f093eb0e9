"""What is shown of a message that another one replies to."""

from typing import Literal

from msgspec import UNSET, UnsetType

from models.stored_message import Quote
from protocol.views import QuoteView
from translations import gettext

QUOTE_MAX = 200  # Characters of a quoted text.


def quote_view(quote: Quote, locale: str, *, is_edited_since: bool = False) -> QuoteView:
    """`locale` is of the sentences in the place of texts; `is_edited_since` is of the reply."""
    if quote.is_expired:
        text = gettext(locale, "This message has expired")
        return QuoteView(quote.message_id, 0, "", UNSET, text, UNSET, True, True)
    if quote.is_unseen:
        return unseen_quote(quote.message_id, locale)
    text = gettext(locale, "Message deleted") if quote.is_deleted else quote.body
    is_deleted: Literal[True] | UnsetType = True if quote.is_deleted else UNSET
    return QuoteView(
        quote.message_id,
        quote.author_id,
        quote.username,
        quote.display_name or UNSET,
        text if len(text) <= QUOTE_MAX else f"{text[:QUOTE_MAX]}…",
        is_deleted,
        is_edited_since=True if is_edited_since and not quote.is_deleted else UNSET,
    )


def unseen_quote(message_id: int, locale: str) -> QuoteView:
    """Of a message that the reader does not see."""
    text = gettext(locale, "A message from before you came into the room")
    return QuoteView(message_id, 0, "", UNSET, text, UNSET, True)
