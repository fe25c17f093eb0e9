from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Whose account an import has made: among as many rows as it has brought messages.
_INDEX = "CREATE INDEX import_person ON import_item (local_id) WHERE kind = 'person'"


async def _create(_: StateApps, editor: BaseSchemaEditor) -> None:
    await editor.client.execute_query(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("models", "0070_search_number")]

    initial = False

    operations = [ops.RunPython(_create, ops.RunPython.noop)]
