"""Beseda: the wiring of its parts, and nothing else."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncGenerator

from hypercorn.middleware import ProxyFixMiddleware
from quart import Quart
from quart_cors import cors

import logs
from blueprints import (
    account,
    api,
    api_rooms,
    assets,
    auth,
    chat,
    context,
    demo,
    errors,
    limits,
    lobby,
    locale,
    members,
    ops,
    profile,
    rooms,
    security,
)
from blueprints.socket import BoundedWebsocket
from config import BadSetting, Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from models.migrate import migrate
from realtime import hypercorn
from realtime.actions import Actions
from realtime.broadcast import Broadcast
from realtime.broadcast.memory import MemoryBroadcast
from realtime.broadcast.redis import RedisBroadcast
from realtime.presence import Leases
from realtime.presence.memory import MemoryLeases
from realtime.presence.redis import RedisLeases


def create_app(settings: Settings | None = None) -> Quart:
    """A new app. Nothing is opened before it serves; each app can serve once."""
    settings = settings or Settings.from_environment()
    logs.configure()
    app = Quart(__name__)
    app.config.update(
        ALLOWED_ORIGINS=settings.allowed_origins,
        MAX_CONTENT_LENGTH=settings.max_message_bytes,
        **context.auth_config(),
    )
    app.asgi_websocket_class = BoundedWebsocket
    app.extensions[context.EXTENSION] = Actions(settings, *_carriers(settings))
    _protect(app, settings)
    assets.init_app(app)
    for blueprint in (
        auth,
        rooms,
        members,
        chat,
        lobby,
        api,
        api_rooms,
        account,
        profile,
        ops,
        demo,
    ):
        app.register_blueprint(blueprint.blueprint)
    _open_and_close(app, settings)
    _commands(app, settings)
    if settings.proxy_hops:
        app.asgi_app = ProxyFixMiddleware(  # type: ignore[method-assign]
            app.asgi_app, mode="legacy", trusted_hops=settings.proxy_hops
        )
    return app


def _carriers(settings: Settings) -> tuple[Broadcast, Leases]:
    if settings.redis_url:
        return RedisBroadcast(settings.redis_url), RedisLeases(settings.redis_url)
    return MemoryBroadcast(), MemoryLeases()


def _protect(app: Quart, settings: Settings) -> None:
    context.Auth(app)
    locale.init_app(app, settings.locale)
    security.init_app(app)
    limits.init_app(app, settings)
    errors.init_app(app)
    if settings.allowed_origins:
        cors(
            app,
            allow_origin=settings.allowed_origins,
            allow_credentials=True,
            allow_headers=["content-type"],
            expose_headers=["retry-after"],
        )


def _open_and_close(app: Quart, settings: Settings) -> None:
    @app.while_serving
    async def serve() -> AsyncGenerator[None, None]:
        actions: Actions = app.extensions[context.EXTENSION]
        app.secret_key = settings.signing_key()
        await _open_database(settings)
        try:
            hypercorn.install(stopping=actions.drain)
            await actions.start()
            # The collector waits until a quarter as much has been made as there is. Hypercorn's
            # connections are cycles: it let 200 MB of closed ones stand before it looked. What the
            # start has made stays anyway: left out of account, it is 40, and flat.
            gc.collect()
            gc.freeze()
            yield
            await actions.stop()
        finally:
            await close_database()


async def _open_database(settings: Settings) -> None:
    try:
        await open_database(tortoise_config(settings))
    except DatabaseUnusable as problem:
        # Hypercorn would show this as a stack trace of its own, with the line lost in it.
        sys.stderr.write(f"beseda: {problem}\n")
        sys.stderr.flush()
        os._exit(1)


def _commands(app: Quart, settings: Settings) -> None:
    @app.cli.command("migrate")
    def migrate_database() -> None:
        """Prepare the database, or bring it up to date."""
        try:
            asyncio.run(migrate(tortoise_config(settings)))
        except Exception as error:
            raise BadSetting("DATABASE_URL", f"cannot prepare the database: {error}") from None


app = create_app()
