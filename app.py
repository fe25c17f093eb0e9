"""Beseda: the wiring of its parts, and nothing else."""

import gc
import os
import sys
from collections.abc import AsyncGenerator

import structlog
from quart import Quart
from quart_cors import cors

import commands
import logs
from blueprints import allowed_hosts as hosts
from blueprints import assets, compression, context, locale, login_cookie, proxies, security
from blueprints import error_handlers as errors
from blueprints import rate_limits as limits
from blueprints import request_parsers as parsers
from blueprints.api import bodies, metrics, tus
from blueprints.pages import rendering as render
from blueprints.sockets import transport
from blueprints.views import VIEWS
from config import INSTANCE, BadSetting, Settings, misspelled, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from private_files import keep_private
from realtime.broadcast import Broadcast
from realtime.broadcast.memory import MemoryBroadcast
from realtime.inbox import INCOMING
from realtime.presence import Leases
from realtime.presence.memory import MemoryLeases
from server import install, install_http, install_websocket
from services import Services

log = structlog.get_logger(__name__)

# New objects before the youngest are looked through, then how often until older ones are, too.
# Closed connections wait for the last: not much longer than with Python's own 700, 10, 10.
COLLECTED_AFTER = 10_000, 5, 3


def create_app(settings: Settings | None = None) -> Quart:
    """A new app. Nothing is opened before it serves; each app can serve once."""
    settings = settings or Settings.from_environment()
    logs.configure()
    app = Quart(__name__)
    app.config.update(
        ALLOWED_ORIGINS=settings.allowed_origins,
        PROXY_HOPS=settings.proxy_hops,
        MAX_CONTENT_LENGTH=settings.max_message_bytes,
        BODY_TIMEOUT=bodies.BODY_SECONDS,
    )
    context.init_app(app, settings, Services(settings, *_carriers(settings)))
    _protect(app, settings)
    assets.init_app(app)
    compression.init_app(app)
    render.init_app(app)
    for views in VIEWS:
        app.register_blueprint(views.blueprint)
    _open_and_close(app, settings)
    commands.init_app(app)
    _init_websockets(app, settings)
    proxies.init_app(app, settings)
    return app


def _init_websockets(app: Quart, settings: Settings) -> None:
    if settings.plain_asgi:
        transport.init_plain_asgi(app)
    else:
        install_http(app)
        install_websocket(app, INCOMING)


def _carriers(settings: Settings) -> tuple[Broadcast, Leases]:
    if settings.redis_url:
        # The client is 60 modules, 30 ms and 10 MB, which nobody pays for who has no Redis.
        from realtime.broadcast.redis import RedisBroadcast  # noqa: PLC0415
        from realtime.presence.redis import RedisLeases  # noqa: PLC0415

        try:
            return RedisBroadcast(settings.redis_url), RedisLeases(settings.redis_url)
        # An option in it whose value redis-py does not understand, or that it does not know.
        except (ValueError, TypeError) as problem:
            raise BadSetting("REDIS_URL", str(problem).rpartition("() ")[2]) from None
    return MemoryBroadcast(), MemoryLeases()


def _protect(app: Quart, settings: Settings) -> None:
    metrics.init_app(app, settings)  # First: what the others do is part of a request's time.
    login_cookie.init_app(app, settings)
    locale.init_app(app, settings.locale)
    hosts.init_app(app, settings)
    parsers.init_app(app)
    security.init_app(app)
    limits.init_app(app, settings)
    errors.init_app(app)
    if settings.allowed_origins:
        _answer_other_origins(app, settings)


def _answer_other_origins(app: Quart, settings: Settings) -> None:
    # Quart-CORS has a rule for handshakes too, which refuses those of the site itself and those
    # without Origin. Which are let in is said in security.py.
    handshake_rules = list(app.before_websocket_funcs[None])
    cors(
        app,
        allow_origin=settings.allowed_origins,
        allow_credentials=True,
        allow_headers=["content-type", "authorization", *tus.REQUEST_HEADERS],
        expose_headers=["retry-after", *tus.RESPONSE_HEADERS],
    )
    app.before_websocket_funcs[None] = handshake_rules


def _open_and_close(app: Quart, settings: Settings) -> None:
    @app.while_serving
    async def serve() -> AsyncGenerator[None, None]:
        services: Services = app.extensions[context.EXTENSION]
        await _open_files(app, settings)
        _warn_about_settings(settings)
        try:
            if not settings.plain_asgi:
                install(on_shutdown=services.drain)
            await services.start()
            # The collector waits until a quarter as much has been made as there is. Hypercorn's
            # connections are cycles: it let 200 MB of closed ones stand before it looked. What the
            # start has made stays anyway: left out of account, it is 40, and flat.
            gc.collect()
            gc.freeze()
            # By itself it looks after 700 new objects, as many as one batch of messages has, and
            # all of them alive: each message paid 2 µs of CPU for it.
            gc.set_threshold(*COLLECTED_AFTER)
            yield
            await services.stop()
        finally:
            await close_database()


async def _open_files(app: Quart, settings: Settings) -> None:
    try:
        app.secret_key = settings.signing_key()
        await open_database(tortoise_config(settings))
        keep_private(settings.database_url, INSTANCE)
    except (BadSetting, DatabaseUnusable) as problem:
        # Hypercorn would show this as a stack trace of its own, with the line lost in it.
        sys.stderr.write(f"beseda: {str(problem).removeprefix('beseda: ')}\n")
        sys.stderr.flush()
        os._exit(1)


def _warn_about_settings(settings: Settings) -> None:
    """Say once, at the start, what may not be meant so."""
    if not settings.allowed_hosts:
        log.warning("any_host_is_answered", hint="set ALLOWED_HOSTS to the names of this site")
    for name, meant in misspelled().items():
        log.warning("unknown_setting", name=name, hint=f"is {meant} meant?")


app = create_app()
