"""Static files, stripped, hashed and compressed when the server starts, and kept in memory. What
is made of them then is kept for the next start as well (start_cache.py).

One hash of them all, the version, stands in every address: /static/<version>/js/net/api.js.
Modules import each other by relative paths, and so a page gets all of them in the version that it
was made for. What is asked for under the version of today may be kept for ever.

Under any other version, as before and after a deploy while its two sides overlap, the file of
today is the answer, to be asked for again the next time: a page with a module missing would not
run at all. A redirect to today's address could go back and forth between two processes.

Pages and API answers are compressed apart, in compression.py: they have secrets.
"""

from pathlib import Path

from quart import Quart, Response, request
from quart.helpers import get_debug_flag
from werkzeug.datastructures import Accept
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

from blueprints.accept_headers import accepted
from blueprints.asset import Asset
from blueprints.asset_tree import StaticFiles
from blueprints.error_handlers import http_error

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def init_app(app: Quart) -> None:
    """Serve static/, beside the app; with QUART_DEBUG set, changes in it show at once.

    Templates get `asset(name)`, the address of a file, and `modules(entries)`, the addresses of
    everything that these modules import. Both raise KeyError for what is not there.
    """
    # The path is worked out anew at each look, of which a page has twenty.
    root = str(app.static_url_path)
    files = StaticFiles(Path(app.root_path, "static"), root, watched=get_debug_flag())

    @app.before_serving  # Commands have no use for it, and need not wait for it.
    async def read() -> None:
        files.tree()

    async def serve(filename: str) -> Response | WerkzeugResponse:
        asset, is_current = files.tree().find(filename)
        return await (_answer(asset, is_current) if asset else _missing())

    app.view_functions["static"] = serve  # Quart's own reads the disk for each request.
    app.jinja_env.globals.update(asset=files.address, modules=files.modules)


async def _answer(asset: Asset, is_current: bool) -> Response:
    encoding = accepted("Accept-Encoding", Accept).best_match(asset.bodies, "identity")
    response = Response(asset.bodies[encoding], content_type=asset.content_type)
    response.headers["Cache-Control"] = FOR_EVER if is_current else ASK_AGAIN
    response.set_etag(f"{asset.digest}-{encoding}")
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    if len(asset.bodies) > 1:
        response.vary.add("Accept-Encoding")
    return await response.make_conditional(request)


async def _missing() -> Response | WerkzeugResponse:
    page = await http_error(NotFound())
    page.headers["Cache-Control"] = "no-store"  # After a deploy it may be there.
    return page
