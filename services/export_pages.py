"""The pages in exports: one file each, which needs no other, prints well and works anywhere."""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape

from translations import gettext, ngettext

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; break-after: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; } dd { margin: 0; }
main { overflow-wrap: anywhere; }
article { break-inside: avoid; margin: 1rem 0; }
.head { font-size: .85rem; font-weight: 600; } .text { white-space: pre-wrap; }
.note, .hash, .foot { font-size: .85rem; opacity: .75; } .gone { font-style: italic; }
.hash { font-family: monospace; font-size: .7rem; }
.files { padding: 0; list-style: none; } .files li { margin: .5rem 0; break-inside: avoid; }
.files img { display: block; max-width: 100%; max-height: 24rem; }
.is-broken { outline: 3px solid #c00; outline-offset: .3rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { :root { color-scheme: light; } @page { margin: 2cm; }
  body { margin: 0; max-width: none; font-size: 11pt; }
  article { break-inside: auto; } .head, .text, .gone, .files, .foot { break-after: avoid; }
  .text { orphans: 4; widows: 4; } .note, .hash, .foot { opacity: 1; color: #404040; } }
"""


def page_head(locale: str, title: str, script: str = "") -> str:
    """The beginning of a page: nothing is loaded but pictures beside it, and no script runs but
    this one.
    """
    scripts = f"; script-src 'sha256-{script_hash(script)}'" if script else ""
    policy = f"default-src 'none'; img-src 'self'; style-src 'sha256-{script_hash(STYLE)}'{scripts}"
    return (
        f'<!doctype html>\n<html lang="{locale}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{shown(title)}</h1>\n"
    )


PAGE_END = "</main>\n</body>\n</html>\n"


def script_hash(script: str) -> str:
    """As a Content-Security-Policy names it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def shown(text: str) -> str:
    """A text between tags, or in an attribute. A lone CR would be read as a line feed."""
    return escape(text).replace("\r", "&#13;")


def facts(rows: list[tuple[str, str]]) -> str:
    """Names with their values."""
    lines = "".join(f"<dt>{shown(name)}</dt><dd>{shown(value)}</dd>" for name, value in rows)
    return f"<dl>{lines}</dl>\n"


def when(moment: datetime | None) -> str:
    """A time in UTC, as text; "—" for none."""
    if moment is None:
        return "—"
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


class Words:
    """Texts in the language of whoever has asked for an export."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def __call__(self, msgid: str, **params: object) -> str:
        return gettext(self.locale, msgid, **params)

    def messages(self, count: int) -> str:
        """So many."""
        return ngettext(self.locale, "%(num)s message", "%(num)s messages", count)
