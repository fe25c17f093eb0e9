"""The language of pages: what the user has chosen, else what the browser likes best."""

from quart import Quart, current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept

import translations
from blueprints.accept_headers import accepted
from blueprints.context import current_actor
from blueprints.security import PROGRAMS


def init_app(app: Quart, default: str) -> None:
    """`default` is the language for whoever's browser asks for none that there is."""
    app.config["LOCALE"] = default
    app.before_request(_choose)
    translations.install(app.jinja_env, page_locale)


async def _choose() -> None:
    g.locale = current_app.config["LOCALE"]
    if not _is_page(request.path):
        return
    liked = accepted("Accept-Language", LanguageAccept)
    g.locale = liked.best_match(translations.SUPPORTED, g.locale)
    if actor := await current_actor():
        g.viewer = actor.user
        g.locale = actor.user.language or g.locale


def _is_page(path: str) -> bool:
    return not path.startswith((*PROGRAMS, "/static/"))


def page_locale() -> str:
    """The language of the page being made."""
    return str(g.get("locale", translations.DEFAULT)) if has_request_context() else "en"
