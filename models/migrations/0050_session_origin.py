from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# Most logins were begun by no provider, and are in neither.
_INDEX = "CREATE INDEX IF NOT EXISTS session_{0} ON session ({0}) WHERE {0} <> ''"


async def _index(_: StateApps, editor: BaseSchemaEditor) -> None:
    for column in ("oidc_subject", "oidc_session"):
        await editor.client.execute_query(_INDEX.format(column))


class Migration(migrations.Migration):
    dependencies = [("models", "0049_import_item")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Session",
            name="oidc_subject",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="Session",
            name="oidc_session",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.RunPython(_index, ops.RunPython.noop),
    ]
