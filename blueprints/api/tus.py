"""Uploads that go on where they were cut off: tus 1.0.0 (https://tus.io/protocols/resumable-upload),
with creation, termination and expiration.
"""

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus

from quart import Blueprint, Response, request
from werkzeug.http import http_date

from blueprints.api.bodies import answer, nothing
from blueprints.context import login_required, member_of, require_actor, services
from models import File, Refusal
from realtime.file_views import file_view

blueprint = Blueprint("tus", __name__)

VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"
DIGITS_MAX = 18
# For front ends on other origins.
REQUEST_HEADERS = ("tus-resumable", "upload-length", "upload-offset", "upload-metadata")
RESPONSE_HEADERS = (
    *("location", "tus-resumable", "tus-version", "tus-extension", "tus-max-size"),
    *("upload-expires", "upload-length", "upload-offset"),
)


@blueprint.after_request
async def tell_version(response: Response) -> Response:
    """Errors have it as well."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    return response


@blueprint.route("/files/", methods=["OPTIONS"], provide_automatic_options=False)
async def capabilities() -> Response:
    """What of tus there is here; the same for everybody."""
    response = nothing()
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = "creation,termination,expiration"
    response.headers["Tus-Max-Size"] = str(services().uploads.most)
    return response


@blueprint.post("/files/")
@login_required
async def create() -> Response:
    """A file of so many bytes is to be uploaded, into a room."""
    _check_version()
    size, said = _number("Upload-Length"), _metadata(request.headers.get("Upload-Metadata", ""))
    room = said.get("room", "")
    if not room.isdecimal() or len(room) > DIGITS_MAX:
        raise Refusal("bad_field", problem="room")
    member = await member_of(int(room))
    about = said.get("filename") or "file", size, said.get("alt", "")
    file = await services().uploads.announced(member, *about)
    response = _told(Response(b"", 201), file)
    response.headers["Location"] = f"/api/files/{file.id}"
    return response


@blueprint.get("/files/<int:file_id>")
@login_required
async def uploaded(file_id: int) -> Response:
    """HEAD: how far the upload of a file of one's own has come. GET: the file, when it is there."""
    file = await services().files.own(await require_actor(), file_id)
    if request.method != "HEAD":
        if not file.is_complete:
            raise Refusal("not_found")
        return answer(file_view(file.attached()))
    _check_version()
    response = _told(Response(b"", 200), file)
    response.headers["Upload-Offset"] = str(await services().uploads.offset(file))
    response.headers["Upload-Length"] = str(file.size)
    return response


@blueprint.patch("/files/<int:file_id>")
@login_required
async def append(file_id: int) -> Response:
    """The next bytes are the body."""
    _check_version()
    if request.mimetype != PART_TYPE:
        raise Refusal("bad_content_type", expected=PART_TYPE)
    offset = _number("Upload-Offset")
    file = await services().files.own(await require_actor(), file_id)
    come = await services().uploads.append(file, offset, aiter(request.body))
    response = _told(nothing(), file)
    response.headers["Upload-Offset"] = str(come)
    return response


@blueprint.delete("/files/<int:file_id>")
@login_required
async def discard(file_id: int) -> Response:
    """Nothing is left of it."""
    _check_version()
    file = await services().files.own(await require_actor(), file_id)
    if not await services().uploads.discard(file):
        raise Refusal("not_found")
    return nothing()


def _told(response: Response, file: File) -> Response:
    response.headers["Upload-Expires"] = http_date(file.expires_at)
    return response


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refusal("bad_tus_version")


def _number(header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX):
        raise Refusal("bad_request", problem=header)
    return int(value)


def _metadata(header: str) -> Mapping[str, str]:
    """Keys, and values in base64, as in `filename cGxhbi5wbmc=,room MQ==`."""
    found = {}
    for pair in filter(None, (each.strip() for each in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refusal("bad_request", problem="Upload-Metadata") from None
    return found
