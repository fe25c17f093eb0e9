"""The language of pages: what the user has chosen, else what the browser likes best."""

from quart import Quart, current_app, g, has_request_context, request

import translations
from blueprints.context import current_session


def init_app(app: Quart, default: str) -> None:
    """`default` is the language for whoever's browser asks for none that there is."""
    app.config["LOCALE"] = default
    app.before_request(_choose)
    translations.install(app.jinja_env, page_locale)


async def _choose() -> None:
    g.locale = request.accept_languages.best_match(
        translations.SUPPORTED, current_app.config["LOCALE"]
    )
    if _is_page(request.path) and (session := await current_session()):
        g.viewer = session.user
        g.locale = session.user.language or g.locale


def _is_page(path: str) -> bool:
    return not path.startswith(("/api/", "/static/", "/healthz"))


def page_locale() -> str:
    """The language of the page being made."""
    return str(g.get("locale", translations.DEFAULT)) if has_request_context() else "en"
