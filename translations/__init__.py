"""Texts in the languages of Beseda: msgids are English, other languages come from .po files."""

from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment
from markupsafe import Markup

# Each language by its own name: whoever looks for it may read no other.
NAMES = {"ru": "Русский", "en": "English"}
SUPPORTED = tuple(NAMES)
DEFAULT = "ru"


@cache
def catalog(locale: str) -> NullTranslations:
    """The texts of one locale; an unknown locale, like English, gives the msgids themselves."""
    path = Path(__file__).parent / locale / "LC_MESSAGES" / "messages.po"
    if locale not in SUPPORTED or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def gettext(locale: str, msgid: str, **params: object) -> str:
    """The text of `msgid` in `locale`, its `%(name)s` filled from `params`."""
    text: str = catalog(locale).gettext(msgid)
    return text % params if params else text


def ngettext(locale: str, singular: str, plural: str, number: int, **params: object) -> str:
    """The form of a text that fits `number`, which the text may show as `%(num)s`."""
    text: str = catalog(locale).ngettext(singular, plural, number)
    return text % {"num": number, **params}


def install(environment: Environment, locale: Callable[[], str]) -> None:
    """Give Jinja `_()`, `ngettext()`, `{% trans %}` in the language that `locale()` tells."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda msgid: catalog(locale()).gettext(msgid),
        lambda singular, plural, number: catalog(locale()).ngettext(singular, plural, number),
        newstyle=True,
    )

    def translated(msgid: str, **params: object) -> Markup:
        return _marked(locale(), msgid, **params) if params else _plain(locale(), msgid)

    # Jinja's own goes through two more calls of the template's context: with thirty texts on a
    # page, a tenth of the time that it takes to make.
    environment.globals["_"] = translated


@lru_cache(maxsize=1_000)  # More than there are texts in the templates.
def _plain(locale: str, msgid: str) -> Markup:
    return _marked(locale, msgid)


def _marked(locale: str, msgid: str, **params: object) -> Markup:
    """A text of ours, which may have HTML in it, with values that are escaped."""
    return Markup(catalog(locale).gettext(msgid)) % params  # noqa: S704 - no text of people's
