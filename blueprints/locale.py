"""The language of pages: what the browser likes best of what there is."""

from quart import Quart, current_app, g, has_request_context, request

import translations


def init_app(app: Quart, default: str) -> None:
    """`default` is the language for whoever's browser asks for none that there is."""
    app.config["LOCALE"] = default
    app.before_request(_choose)
    translations.install(app.jinja_env, page_locale)


async def _choose() -> None:
    g.locale = request.accept_languages.best_match(
        translations.SUPPORTED, current_app.config["LOCALE"]
    )


def page_locale() -> str:
    """The language of the page being made."""
    return str(g.get("locale", translations.DEFAULT)) if has_request_context() else "en"
