"""The error frame, which is also the body of every HTTP error of the JSON API."""

from msgspec import UNSET, Struct, UnsetType

from errors import Refusal
from protocol.views import MessageView


class Error(Struct, tag="error"):
    """What was asked for is not done. `retry_after` is in seconds; `current`, of an edit_conflict,
    is the message as it is; `ticket`, of a second_factor_required, goes on with the login.
    """

    message: str
    code: str
    client_id: str | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET
    current: MessageView | UnsetType = UNSET
    ticket: str | UnsetType = UNSET


def error_frame(refusal: Refusal, locale: str, client_id: str | None = None) -> Error:
    """The refusal with its sentence in this language."""
    wait = refusal.retry_after
    return Error(
        message=refusal.text(locale),
        code=refusal.code,
        client_id=UNSET if client_id is None else client_id,
        retry_after=UNSET if wait is None else max(0.001, round(wait, 3)),
        current=refusal.current if isinstance(refusal.current, MessageView) else UNSET,
        ticket=UNSET if refusal.ticket is None else refusal.ticket,
    )
