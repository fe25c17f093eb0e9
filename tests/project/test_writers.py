"""Only services/ and models/ write to the database, and commands/, which operators run.

The journal's modules belong to them: they carry out the commands of services, many in one
transaction.
"""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.support.sources import (
    SOURCES,
    Function,
    imported_names,
    importers,
    module,
    parsed,
    shown,
)

JOURNAL = ("realtime/journal.py", "realtime/stores.py", "realtime/waiting_commands.py")
WRITERS = ("commands/", "models/", "services/", *JOURNAL)
MODELS = [path for path in SOURCES if shown(path).startswith("models/")]
OTHERS = [path for path in SOURCES if not shown(path).startswith(WRITERS)]

# By which the ORM writes, on a model, a query set or an object.
ORM = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
TRANSACTIONS = {"models.database.atomically", "models.sql.fast_path.transact"}
NAMED = Function | ast.ClassDef
SQL = re.compile(r"\s*(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b")

# `from models import Room` is models.room.Room.
REEXPORTED = {
    f"models.{name}": origin
    for path in MODELS
    if module(path) == "models"
    for name, origin in imported_names(parsed(path)).items()
}


def calls(tree: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[str, ast.Call]]:
    """Yield what is called, in full, and the call. Of `Room.filter(id=1).delete()` that is
    `models.room.Room.filter.delete`. `names` are what the first name stands for.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            parts: list[str] = []
            func: ast.expr = node.func
            while not isinstance(func, ast.Name):
                if isinstance(func, ast.Attribute):
                    parts.insert(0, func.attr)
                    func = func.value
                elif isinstance(func, ast.Call):
                    func = func.func
                elif isinstance(func, ast.Await | ast.Subscript | ast.Starred):
                    func = func.value
                else:
                    func = ast.Name("?")
            name = names.get(func.id, func.id)
            yield ".".join((REEXPORTED.get(name, name), *parts)), node


def writes_sql(tree: ast.AST) -> bool:
    """Whether there is SQL in it that writes."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return any(isinstance(value, str) and SQL.match(value) for value in constants)


def definitions() -> Iterator[tuple[str, Function, dict[str, str]]]:
    """Yield the functions and methods of models/ by their full names, each with what the names in
    it stand for.
    """
    for path in MODELS:
        here, names = module(path), imported_names(parsed(path))
        body = parsed(path).body
        names |= {node.name: f"{here}.{node.name}" for node in body if isinstance(node, NAMED)}
        for node in body:
            if isinstance(node, Function):
                yield f"{here}.{node.name}", node, names
            elif isinstance(node, ast.ClassDef):
                owner = f"{here}.{node.name}"
                for method in node.body:
                    if isinstance(method, Function):
                        own = {**names, "cls": owner, "self": owner}
                        yield f"{owner}.{method.name}", method, own


def constants_that_write() -> set[str]:
    """Return the names of constants in models/ that are SQL that writes."""
    return {
        target.id
        for path in MODELS
        for node in parsed(path).body
        if isinstance(node, ast.Assign) and writes_sql(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def writers() -> set[str]:
    """Return all functions and methods of models/ that write, by themselves or through others."""
    constants, known = constants_that_write(), list(definitions())
    found = set(TRANSACTIONS)

    def is_writer(function: Function, names: Mapping[str, str]) -> bool:
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        return (
            writes_sql(function)
            or not used.isdisjoint(constants)
            or any(name in found or is_by_orm(name, call) for name, call in calls(function, names))
        )

    while new := {
        name for name, function, names in known if name not in found and is_writer(function, names)
    }:
        found |= new
    return found


def is_by_orm(name: str, call: ast.Call) -> bool:
    """Whether the ORM is asked to write: `Room.create(…)`, `cls.filter(…).update(…)`,
    `user.delete()`. Of an object the ORM's methods take no positional argument, as a set's or a
    Redis client's do.
    """
    root, _, method = name.rpartition(".")
    is_of_model = root.startswith("models.")
    return method in ORM and (is_of_model or (method in {"delete", "save"} and not call.args))


WRITING = writers()
# Methods of objects. What such a call is made on is not known here, but its name tells enough.
METHODS = {
    name.rpartition(".")[2]
    for name, function, _ in definitions()
    if name in WRITING and function.args.args[:1] and function.args.args[0].arg == "self"
}


def writes(tree: ast.Module) -> set[str]:
    """Return what in this source writes."""
    found = {
        name
        for name, call in calls(tree, imported_names(tree))
        if name in WRITING
        or is_by_orm(name, call)
        or ("services" not in name.split(".") and name.rpartition(".")[2] in METHODS)
    }
    return found | ({"SQL"} if writes_sql(tree) else set())


def test_what_writes_is_known() -> None:
    assert {
        "models.admission.Join.store",
        "models.new_room.make_room",
        "models.block.Block.add",
        "models.membership.Membership.mark_read",
        "models.profile.Profile.save",
        "models.session.Session.start",
        "models.sql.message_store.store",
    } <= WRITING
    assert {
        "models.block.Block.blockers",
        "models.membership.Membership.of",
        "models.message.Message.since",
        "models.names.confusables",
        "models.queries.room_list.page_of",
        "models.room_change.latest",
    }.isdisjoint(WRITING)


@pytest.mark.parametrize(
    "source",
    [
        "from models import Room\nawait Room.create(name='x')",
        "from models import Room\nawait Room.filter(id=1).using_db(None).update(name='x')",
        "from models import Session\nawait Session.end(1)",
        "from models.new_room import make_room as make\nawait make('x', one, [], 1)",
        "await member.mark_read(7)",
        "await (await current_user()).delete()",
        "await user.save(update_fields=['name'])",
        "await execute('DELETE FROM room')",
    ],
)
def test_writing_is_noticed(source: str) -> None:
    assert writes(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "await services().rooms.delete(member)",
        "await self.services.read_marks.mark_unread(member, 7)",
        "await self._redis.delete(key)",
        "app.config.update(A=1)",
        "from models import Room\nawait Room.heads([1])",
        "log.info('Update room settings')",
    ],
)
def test_what_does_not_write_is_let_be(source: str) -> None:
    assert writes(ast.parse(source)) == set()


# Named like what writes: of a compressor, not of a job.
NO_WRITER = {"encoder.finish"}


def test_only_services_and_models_write() -> None:
    found = {shown(path): writes(parsed(path)) - NO_WRITER for path in OTHERS}
    assert {path: names for path, names in found.items() if names} == {}


def test_only_services_and_models_know_the_orm() -> None:
    """`config.py` has its configuration."""
    found = importers("tortoise", "models.sql.fast_path", *TRANSACTIONS)
    assert {path for path in found if not path.startswith(WRITERS)} == {"config.py"}
