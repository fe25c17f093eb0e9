"""What JSON requests bring and what they are answered."""

from typing import TypeVar

import msgspec
from msgspec import Raw, Struct
from quart import Response, request

from models import Refusal
from protocol.encoding import encode_json

T = TypeVar("T")

# How long a request may take to bring its body, 64 KiB at most. Then 408.
BODY_SECONDS = 10
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class Credentials(Struct):
    """A name and a password, of somebody who logs in or registers."""

    username: str
    password: str


class NewAccount(Credentials):
    """The same of somebody new, who may have been invited: `invite` is the token of a link. In the
    place of a password they may bring a passkey: what a browser has made.
    """

    password: str = ""
    credential: Raw = Raw()
    invite: str | None = None


async def body(shape: type[T]) -> T:
    """What the request brings, as this shape.

    Raises:
        Refusal: bad_content_type, bad_json, bad_field.
    """
    # Read also where it is refused: what is left unread costs the connection.
    data = await request.get_data()
    _check_type()
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise Refusal("bad_field", problem=str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refusal("bad_json", problem=str(error)) from None


async def credentials() -> Credentials:
    """As `body`."""
    return await body(Credentials)


async def new_account() -> NewAccount:
    """As `body`."""
    return await body(NewAccount)


def _check_type() -> None:
    # Read as a form elsewhere, by a filter in front of us or by what counts tries at a name, it
    # would say another thing. Programs that say nothing, or text/plain, mean JSON.
    if request.mimetype in FORM_TYPES:
        raise Refusal("bad_content_type", expected="application/json")


def answer(view: Struct, status: int = 200) -> Response:
    """A view, or a frame, as JSON."""
    return Response(encode_json(view), status, content_type="application/json")


def nothing() -> Response:
    """Done, and nothing to say."""
    return Response(b"", 204)
