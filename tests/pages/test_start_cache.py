"""What a start keeps for the next one: used where it fits, and never believed where it does not."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from app import create_app
from blueprints import asset, start_cache
from blueprints.asset_tree import StaticFiles
from tests.support.server import ROOT

TEXT = b"a { color: red }\n" * 100


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a start keeps things, for this test alone."""
    folder = tmp_path / "__pycache__"
    monkeypatch.setattr(start_cache, "FOLDER", folder)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    return folder


def test_what_was_saved_is_found_by_its_recipe_alone() -> None:
    assert start_cache.load("a", b"1") is None
    start_cache.keep("a", b"1", b"content")
    start_cache.keep("b", b"1", b"")
    assert start_cache.load("a", b"1") == b"content"
    assert start_cache.load("b", b"1") == b""
    assert start_cache.load("a", b"2") is None
    start_cache.keep("a", b"2", b"other")
    assert start_cache.load("a", b"2") == b"other"


def test_what_is_not_whole_is_not_believed(kept: Path) -> None:
    start_cache.keep("a", b"1", b"content")
    whole = (kept / "a").read_bytes()
    assert [path.name for path in kept.iterdir()] == ["a"]
    broken = [whole[:length] for length in range(len(whole))]
    broken += [whole + b"t", whole.replace(b"content", b"CONTENT")]
    for each in broken:
        (kept / "a").write_bytes(each)
        assert start_cache.load("a", b"1") is None, each


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(kept: Path) -> None:
    kept.write_text("no folder")
    start_cache.keep("a", b"1", b"content")
    assert start_cache.load("a", b"1") is None


def test_nothing_is_kept_where_python_keeps_no_bytecode(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    start_cache.keep("a", b"1", b"content")
    assert not kept.exists()


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder of static files."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "a.css").write_bytes(TEXT)
    (folder / "b.js").write_bytes(b'import "./c.js";\n')
    return folder


def bodies(folder: Path) -> dict[str, dict[str, bytes]]:
    """Return what a server that starts now makes of the files."""
    made = StaticFiles(folder, "/static", watched=False).tree().assets
    return {name: each.bodies for name, each in made.items()}


def test_only_changed_files_are_compressed_again(
    static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed: list[bytes] = []
    encode = asset.ENCODERS["br"]

    def counting(content: bytes) -> bytes:
        compressed.append(content)
        return encode(content)

    monkeypatch.setattr(asset, "ENCODERS", {"br": counting})
    first = bodies(static)
    assert len(compressed) == 2
    assert bodies(static) == first
    assert len(compressed) == 2
    (static / "a.css").write_bytes(TEXT + b"b { top: 0 }")
    second = bodies(static)
    assert len(compressed) == 3
    assert second["a.css"]["identity"].endswith(b"b{top:0}")
    assert second["b.js"] == first["b.js"]
    assert bodies(static) == second
    assert len(compressed) == 3


def test_a_file_is_another_under_another_suffix(static: Path) -> None:
    first = bodies(static)
    (static / "a.css").rename(static / "a.js")
    assert bodies(static)["a.js"] != first["a.css"]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that have been compiled."""
    names: list[str] = []
    compile_ = jinja2.Environment.compile

    def counting(self: jinja2.Environment, source: str, name: str, filename: str) -> object:
        names.append(name)
        return compile_(self, source, name, filename)

    monkeypatch.setattr(jinja2.Environment, "compile", counting)
    return names


def test_templates_are_compiled_once(compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    create_app().jinja_env.get_template("login.html")
    once = list(compiled)
    assert "login.html" in once
    create_app().jinja_env.get_template("login.html")
    assert compiled == once
    # Another Jinja may compile them in another way.
    monkeypatch.setattr(jinja2, "__version__", "another")
    create_app().jinja_env.get_template("login.html")
    assert compiled == once * 2


def test_no_filter_is_part_of_a_compiled_template() -> None:
    """Jinja works out `{{ "now" | day }}` when it compiles: what is kept would go on saying it,
    also when the code of the filter is another one.
    """
    environment = create_app().jinja_env
    assert list(_folded(environment, "{{ 'a' | upper }} {{ a | upper }}{{ 1 is odd }}")) == [1, 1]
    templates = {path.name: path.read_text() for path in ROOT.glob("templates/**/*.html")}
    found = {
        name: lines
        for name, text in templates.items()
        if (lines := list(_folded(environment, text)))
    }
    assert templates
    assert found == {}


def _folded(environment: jinja2.Environment, template: str) -> Iterator[int]:
    """Yield the lines of filters and tests whose results Jinja compiles into the template."""
    for node in environment.parse(template).find_all((nodes.Filter, nodes.Test)):
        with contextlib.suppress(nodes.Impossible):
            node.as_const()
            yield node.lineno
