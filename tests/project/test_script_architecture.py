"""Which script may import which: the walls between the folders of static/js."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from tests.support.server import ROOT

SCRIPTS = ROOT / "static/js"

# Who may import from which other folders. Entries are imported by nobody: they open sockets and
# touch the page as soon as they are loaded.
ALLOWED: Mapping[str, set[str]] = {
    "lib": set(),
    "net": {"lib"},
    "dialogs": {"lib", "net"},
    "lobby": {"dialogs", "lib", "net"},
    "room": {"dialogs", "lib", "lobby", "net"},
    "entries": {"dialogs", "lib", "lobby", "net", "room"},
}

# Of the lobby a room has its store, the tab's title and the bell; not its list or its socket.
ROOM_MAY_KNOW = {"lobby/notification_bell.js", "lobby/store.js", "lobby/tab_title.js"}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(
    r"""^(?:import|export)\b(?:[\w\s{},*$]*\bfrom)?\s*["'](\.[^"']+)["']"""
    r"""|\bimport\(\s*["'](\.[^"']+)["']\s*\)""",
    re.MULTILINE,
)
ANY_IMPORT = re.compile(r"""^import\b|^export\b[\w\s{},*$]*\bfrom\b|\bimport\(""", re.MULTILINE)


def imported(name: str) -> list[str]:
    """Return the modules that a script imports, at its start or later; not types in comments."""
    source = COMMENT.sub("", (SCRIPTS / name).read_text())
    found = [first or second for first, second in IMPORT.findall(source)]
    assert len(found) == len(ANY_IMPORT.findall(source)), f"{name}: an import that is not a path"
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in found]


def graph() -> dict[str, list[str]]:
    """Return every script with what it imports."""
    names = sorted(path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.js"))
    return {name: imported(name) for name in names}


def folder(name: str) -> str:
    """Return the folder of a script."""
    return posixpath.dirname(name)


def cycles(modules: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield one way round each cycle that is met, deepest first."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterator[list[str]]:
        if name in path:
            yield [*path[path.index(name) :], name]
        elif name not in done:
            for other in modules[name]:
                yield from visit(other, [*path, name])
            done.add(name)

    for name in modules:
        yield from visit(name, [])


def test_cycles_are_found() -> None:
    assert list(cycles({"a": ["b"], "b": ["c"], "c": ["b"]})) == [["b", "c", "b"]]


def test_every_import_is_of_a_script_that_is_there() -> None:
    modules = graph()
    assert len(modules) > 50
    assert {other for others in modules.values() for other in others} - set(modules) == set()


# A type that a comment takes from another module: import("./types.js").Message.
TYPE = re.compile(r"""import\(["'](\.[^"']+)["']\)\.([A-Z]\w*)""")
DEFINED = r"(?:@typedef [^\n]*\b|export (?:class|function|const) ){}\b"


def test_types_in_comments_are_there() -> None:
    used = {
        (path, (path.parent / other).resolve(), name)
        for path in SCRIPTS.rglob("*.js")
        for other, name in TYPE.findall(path.read_text())
    }
    assert len(used) > 50
    assert [
        (path.name, other.name, name)
        for path, other, name in used
        if not other.is_file() or not re.search(DEFINED.format(name), other.read_text())
    ] == []


def test_imports_run_one_way() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if folder(other) != folder(name) and folder(other) not in ALLOWED[folder(name)]
    ]
    assert wrong == []


def test_nobody_imports_an_entry() -> None:
    found = [name for name, others in graph().items() if any(map(is_entry, others))]
    assert found == []


def is_entry(name: str) -> bool:
    """Whether pages load this script by itself."""
    return folder(name) == "entries"


def test_a_room_knows_little_of_the_lobby() -> None:
    known = {
        other
        for name, others in graph().items()
        for other in others
        if folder(name) == "room" and folder(other) == "lobby"
    }
    assert known == ROOM_MAY_KNOW


def test_nothing_imports_itself_by_way_of_others() -> None:
    assert list(cycles(graph())) == []
