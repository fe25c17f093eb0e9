from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# INSERT OR REPLACE deletes the row that is in its way, and SQLite fires no trigger for that as long
# as recursive_triggers is off. An id that the database itself chooses is -1 here. In PostgreSQL the
# trigger of 0025 refuses everything, TRUNCATE too.
_SQL = (
    "CREATE TRIGGER IF NOT EXISTS audit_entry_no_replace BEFORE INSERT ON audit_entry"
    " WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END"
)


async def _protect(_: StateApps, editor: BaseSchemaEditor) -> None:
    if editor.client.capabilities.dialect == "sqlite":
        await editor.client.execute_query(_SQL)


class Migration(migrations.Migration):
    dependencies = [("models", "0050_session_origin")]

    initial = False

    operations = [ops.RunPython(_protect, ops.RunPython.noop)]
