"""Pages of hundreds of rooms and people take tens of milliseconds to make, and others wait."""

import re
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.ext import Extension
from quart import Quart, current_app

from blueprints import start_cache
from cooperative import TimeSlice

LOOKED_AT = 8  # So many parts are made between two looks at the clock; the largest takes 0.3 ms.


_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class WithoutIndentation(Extension):
    """Templates are indented for those who write them: in the page of a room, compressed, it is
    200 bytes. What they fill in stays as it is.
    """

    def preprocess(self, source: str, *_: str | None, **__: str | None) -> str:
        return _INDENTATION.sub("", source)


class KeptBytecode(BytecodeCache):
    """Compiled templates, for the next start. Jinja compares the template's text by itself, and
    Python's version; the recipe is what else a template is compiled by: this module and the others
    that extend Jinja. A filter's result never is part of it (tests/pages/test_start_cache.py).
    """

    def __init__(self, environment: jinja2.Environment) -> None:
        extensions = " ".join(sorted(environment.extensions))
        own = Path(__file__).read_text()
        self._recipe = f"{jinja2.__version__} {extensions}\n{own}".encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        if saved := start_cache.load(_file_of(bucket), self._recipe):
            bucket.bytecode_from_string(saved)

    def dump_bytecode(self, bucket: Bucket) -> None:
        start_cache.keep(_file_of(bucket), self._recipe, bucket.bytecode_to_string())


def _file_of(bucket: Bucket) -> str:
    return f"template-{bucket.key}"


def init_app(app: Quart) -> None:
    app.jinja_env.add_extension(WithoutIndentation)
    app.jinja_env.bytecode_cache = KeptBytecode(app.jinja_env)

    @app.before_serving
    async def compile_templates() -> None:
        """Now, and not while somebody waits: where nothing is kept of the last start, the page of a
        room alone takes 50 ms.
        """
        for name in app.jinja_env.list_templates(extensions=["html"]):
            app.jinja_env.get_template(name)


async def render(name: str, **context: Any) -> str:
    """As Quart's render_template, with the others' turns in between."""
    time_slice = TimeSlice()
    await time_slice.pause()
    await current_app.update_template_context(context)
    template = current_app.jinja_env.get_template(name)
    parts: list[str] = []
    # What Template.generate_async goes through, without its own generator around each part.
    made: Any = template.root_render_func(template.new_context(context))
    async for part in made:
        parts.append(part)
        if not len(parts) % LOOKED_AT and time_slice.is_over:
            await time_slice.pause()
    return "".join(parts)
