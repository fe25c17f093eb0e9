"""The language of pages, and of errors of the JSON API: what the user has chosen, else what the
browser likes best.
"""

from datetime import UTC, tzinfo
from typing import cast

from quart import Quart, current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept

import translations
from blueprints.accept_headers import accepted
from blueprints.context import current_actor
from blueprints.security import PROGRAMS
from models.time_zones import time_zone_of
from services.preferences import language_of


def init_app(app: Quart, default: str) -> None:
    """`default` is the language for whoever's browser asks for none that there is."""
    app.config["LOCALE"] = default
    app.before_request(_choose)
    translations.install(app.jinja_env, page_locale)


async def _choose() -> None:
    g.locale = current_app.config["LOCALE"]
    if not _is_page(request.path):
        return
    g.locale = _liked()
    if actor := await current_actor():
        g.viewer = actor.user
        g.locale = language_of(actor.user, g.locale)


def _liked() -> str:
    liked = accepted("Accept-Language", LanguageAccept)
    # Programs that like any language say so with a star.
    named = LanguageAccept([each for each in liked if each[0] != "*"])
    return str(named.best_match(translations.SUPPORTED, current_app.config["LOCALE"]))


def error_locale() -> str:
    """The language of an error that a program is answered with; in a handshake what nobody has
    chosen is the server's.
    """
    otherwise = _liked() if has_request_context() else str(current_app.config["LOCALE"])
    # Whoever was not looked for by now has no part in the error.
    actor = g.get("actor")
    return language_of(actor.user, otherwise) if actor else otherwise


def _is_page(path: str) -> bool:
    return not path.startswith((*PROGRAMS, "/static/"))


def page_zone() -> tzinfo:
    """Where the reader of the page being made tells the time. UTC itself where nobody knows."""
    # Asked for each time on the page: looked up once.
    if "zone" not in g:
        g.zone = time_zone_of(g.viewer) if "viewer" in g else UTC
    return cast("tzinfo", g.zone)


def page_locale() -> str:
    """The language of the page being made."""
    return str(g.get("locale", translations.DEFAULT)) if has_request_context() else "en"
