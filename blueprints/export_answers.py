"""Files of exports, as they are sent."""

from quart import Response, send_file

from services.exports import ExportFile

# A gigabyte over a slow line; Quart's own minute would cut it off.
SECONDS = 3600.0


async def export_answer(file: ExportFile) -> Response:
    """To be saved, and shown nowhere: whatever people have written in it is of this site."""
    response = await send_file(
        file.path,
        mimetype="application/zip",
        as_attachment=True,
        attachment_filename=file.name,
        cache_timeout=0,
    )
    response.headers["Cache-Control"] = "no-store"
    response.timeout = SECONDS
    return response
