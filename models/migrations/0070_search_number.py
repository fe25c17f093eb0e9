from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# The numbers that the index has, on SQLite as on PostgreSQL. The index is made anew, and they with
# it.
_ANEW = (
    "CREATE TABLE search_number (number INTEGER NOT NULL PRIMARY KEY)",
    "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    "DELETE FROM search_progress WHERE room_id > 0",
    "DELETE FROM search_stale",
)


async def _make(_: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        for statement in _ANEW:
            await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0069_search_again")]

    initial = False

    operations = [ops.RunPython(_make, ops.RunPython.noop)]
