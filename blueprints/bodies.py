"""What JSON requests bring and what they are answered."""

from typing import TypeVar

import msgspec
from quart import Response, request

from models import Refusal

T = TypeVar("T")


async def body(shape: type[T]) -> T:
    """What the request brings, as this shape.

    Raises:
        Refusal: bad_json, bad_field.
    """
    data = await request.get_data()
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise Refusal("bad_field", problem=str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refusal("bad_json", problem=str(error)) from None


def answer(value: object, status: int = 200) -> Response:
    """The value as JSON."""
    return Response(msgspec.json.encode(value), status, content_type="application/json")


def nothing() -> Response:
    """Done, and nothing to say."""
    return Response(b"", 204)
