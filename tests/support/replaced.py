"""What is replaced of Hypercorn and Quart while Beseda serves: python -m tests.support.replaced.

Beseda is started in this process, as the environment says; printed are, as JSON, the dotted names
under which Hypercorn and Quart find a class that is neither's.
"""

import asyncio
import json
import sys
from collections.abc import Iterator

from quart import Quart
from quart.asgi import ASGIHTTPConnection, ASGILifespan, ASGIWebsocketConnection

from app import create_app
from tests.support.started import started

PACKAGES = ("hypercorn", "quart")
QUARTS_OWN = {
    "asgi_http_class": ASGIHTTPConnection,
    "asgi_lifespan_class": ASGILifespan,
    "asgi_websocket_class": ASGIWebsocketConnection,
}


def replaced_in_modules() -> Iterator[str]:
    """Yield the names in all modules of both packages that lead into server/."""
    for module in list(sys.modules.values()):
        if module.__name__.split(".")[0] in PACKAGES:
            for name, value in vars(module).items():
                if str(getattr(value, "__module__", "")).split(".")[0] == "server":
                    yield f"{module.__name__}.{name}"


def replaced_in_app(app: Quart) -> Iterator[str]:
    """Yield the classes that Quart lets an application name, where they are not its own."""
    for name, own in QUARTS_OWN.items():
        if getattr(app, name) is not own:
            yield f"quart.Quart.{name}"


async def main() -> None:
    """Start, look, print."""
    app = create_app()
    async with started(app):
        found = [*replaced_in_modules(), *replaced_in_app(app)]
    sys.stdout.write(json.dumps(sorted(found)) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
