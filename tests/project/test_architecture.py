"""The walls: who may import whom, and what may cross them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.server import ROOT
from tests.support.sources import (
    SOURCES,
    Function,
    importers,
    imports,
    module,
    parsed,
    shown,
)

# Who may import whom, of our own modules. The order is the way of a message: app → blueprints →
# services → realtime → models, protocol.
ALLOWED: dict[str, set[str]] = {
    "background": set(),
    "cooperative": set(),
    "hosts": set(),
    "limits": set(),
    "logs": set(),
    "private_files": set(),
    "setting_parsers": set(),
    "config": {"hosts", "private_files", "setting_parsers"},
    "translations": set(),
    "errors": {"translations"},
    # What is stored and what is shown know nothing of each other: realtime/views.py makes the one
    # of the other.
    "models": {"cooperative", "errors", "limits", "translations"},
    "protocol": {"errors", "limits", "translations"},
    "realtime": {
        "background",
        "config",
        "cooperative",
        "errors",
        "limits",
        "models",
        "protocol",
        "translations",
    },
    # Serves any application, and knows none.
    "server": {"cooperative"},
}
ALLOWED["services"] = ALLOWED["realtime"] | {"logs", "realtime"}
ALLOWED["blueprints"] = ALLOWED["services"] | {"hosts", "server", "services"}
# What operators run beside the server: past the services, on the tables themselves; `doctor` asks
# the parts that serve.
ALLOWED["commands"] = {
    "config",
    "hosts",
    "limits",
    "models",
    "private_files",
    "protocol",
    "realtime",
    "services",
    "setting_parsers",
}
# The others of them need of the services only where the bytes of files are.
OF_SERVICES = {"services.storage", "services.files", "services.pictures"}
ALLOWED["app"] = ALLOWED["blueprints"] | {"blueprints", "commands", "private_files"}


# Which nothing that is served imports.
BESIDE = {"benchmarks", "scripts", "tests"}


def test_every_folder_and_module_is_known() -> None:
    """Of a new one nobody would look at what it imports."""
    folders = {path.parent.name for path in ROOT.glob("*/*.py") if path.parent.name[0] != "."}
    assert folders | {path.stem for path in ROOT.glob("*.py")} == ALLOWED.keys() | BESIDE
    assert {module(path).split(".")[0] for path in SOURCES} == ALLOWED.keys()


def test_redis_is_imported_in_two_files_of_realtime() -> None:
    assert importers("redis") == {"realtime/broadcast/redis.py", "realtime/presence/redis.py"}


def test_nobody_imports_app() -> None:
    assert importers("app") == set()


def test_imports_run_one_way() -> None:
    wrong = [
        f"{module(path)} imports {found}"
        for path in SOURCES
        for found in imports(path)
        for here, there in [(module(path).split(".")[0], found.split(".")[0])]
        if there in ALLOWED and there != here and there not in ALLOWED[here]
    ]
    assert wrong == []


def test_commands_know_of_services_where_files_are() -> None:
    found = {
        name
        for path in SOURCES
        if module(path).startswith("commands") and not module(path).startswith("commands.doctor")
        for name in imports(path)
        if name.startswith("services")
    }
    assert {".".join(name.split(".")[:2]) for name in found} <= OF_SERVICES


def test_server_serves_any_application() -> None:
    ours = {module(path).split(".")[0] for path in SOURCES} - {"server"}
    found = {path: ours & {name.split(".")[0] for name in imports(path)} for path in SOURCES}
    server = {path: names for path, names in found.items() if module(path).startswith("server")}
    assert server
    assert set().union(*server.values()) == {"cooperative"}


def test_internals_of_what_serves_are_imported_in_server_alone() -> None:
    """`hypercorn.typing` has ASGI's types, which are Quart's as well."""
    internals = {
        f"{module(path)} imports {found}"
        for path in SOURCES
        for found in imports(path)
        if found.split(".")[0] in {"hypercorn", "wsproto", "h11", "h2", "uvicorn"}
        or found.startswith("quart.asgi")
        if not found.startswith("hypercorn.typing")
    }
    outside = {each for each in internals if not each.startswith("server")}
    assert internals
    assert outside == set()


def test_models_know_neither_web_nor_realtime() -> None:
    web = importers("quart", "quart_auth", "hypercorn", "realtime", "blueprints", "redis")
    assert {path for path in web if path.startswith("models/")} == set()


def test_realtime_knows_no_requests() -> None:
    web = importers("quart", "quart_auth", "blueprints")
    assert {path for path in web if path.startswith("realtime/")} == set()


def test_lower_realtime_parts_do_not_reach_up() -> None:
    upper = importers("services", "realtime.hub", "realtime.journal")
    low = ("realtime/views.py", "realtime/connection.py", "realtime/broadcast/", "models/")
    assert {path for path in upper if path.startswith(low)} == set()


# What opens a database or a socket, or waits for one.
INPUT_AND_OUTPUT = (
    "aiosqlite",
    "asyncio",
    "asyncpg",
    "hypercorn",
    "models",
    "multiprocessing",
    "quart",
    "realtime",
    "redis",
    "selectors",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "tortoise",
)


def test_protocol_touches_neither_database_nor_socket() -> None:
    assert {path for path in importers(*INPUT_AND_OUTPUT) if path.startswith("protocol/")} == set()


def test_protocol_needs_nothing_that_does() -> None:
    """Not by way of other modules either."""
    script = (
        "import importlib, pkgutil, protocol, sys\n"
        "for each in pkgutil.walk_packages(protocol.__path__, 'protocol.'):\n"
        "    importlib.import_module(each.name)\n"
        "print(*(name for name in sys.modules if name.partition('.')[0] == 'protocol'))\n"
        f"print(*sorted({set(INPUT_AND_OUTPUT)} & set(sys.modules)))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
    )
    loaded, needed = answer.stdout.split("\n")[:2]
    assert "protocol.markdown" in loaded.split()
    assert needed.split() == []


# What services are made of. Views, pages and sockets ask the services.
INNER = {"hub", "journal", "lobby", "tracker"}


def test_views_do_not_reach_through_the_services() -> None:
    found = {
        f"{shown(path)}:{node.lineno}"
        for path in SOURCES
        if shown(path).startswith("blueprints/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in INNER
        and ast.unparse(node.value).removesuffix("()").endswith("services")
    }
    assert found == set()


def signatures(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield name and annotations of each public function, method and field."""
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    scopes += [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for scope in scopes:
        for node in scope.body:
            if isinstance(node, Function):
                returns = ast.unparse(node.returns) if node.returns else ""
                yield node.name, f"{ast.unparse(node.args)} -> {returns}"
            elif isinstance(node, ast.AnnAssign):
                yield ast.unparse(node.target), ast.unparse(node.annotation)


UNTYPED = re.compile(r"(dict|Mapping)\[str, (Any|object)\]")


@pytest.mark.parametrize(
    "source",
    [
        "def f(a: dict[str, Any]) -> None: ...",
        "class A:\n    async def f(self) -> list[dict[str, object]]: ...",
        "class A(Struct):\n    fields: Mapping[str, Any]",
    ],
)
def test_untyped_dictionaries_are_found(source: str) -> None:
    assert any(UNTYPED.search(annotations) for _, annotations in signatures(ast.parse(source)))


def test_no_untyped_dictionary_crosses_a_border() -> None:
    """Rows, views and frames are structs, and so is what the scripts of a page are told."""
    checked = ("blueprints/", "models/", "protocol/", "realtime/", "services/")
    found = {
        f"{module(path)}.{name}"
        for path in SOURCES
        if shown(path).startswith(checked)
        for name, annotations in signatures(parsed(path))
        if UNTYPED.search(annotations) and not name.startswith("_")
    }
    assert found == set()
