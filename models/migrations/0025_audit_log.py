from tortoise import fields, migrations
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

# The audit log is added to, and nothing else: neither by a fault of ours nor by whoever gets at
# the database by way of us.
_SQLITE = (
    "CREATE TRIGGER audit_entry_no_{event} BEFORE {event} ON audit_entry"
    " BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END"
)
_FUNCTION = (
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit log cannot be changed'; END $$"
)
_POSTGRES = (
    "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
)


async def _protect(_: StateApps, editor: BaseSchemaEditor) -> None:
    for sql in _triggers(editor.client):
        await editor.client.execute_query(sql)


def _triggers(client: BaseDBAsyncClient) -> tuple[str, ...]:
    if client.capabilities.dialect == "sqlite":
        return tuple(_SQLITE.format(event=event) for event in ("UPDATE", "DELETE"))
    return _FUNCTION, _POSTGRES


class Migration(migrations.Migration):
    dependencies = [("models", "0024_latest_kept")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("actor_id", fields.BigIntField(null=True)),
                ("action", fields.CharField(max_length=40)),
                ("user_id", fields.BigIntField(null=True)),
                ("room_id", fields.BigIntField(null=True)),
                ("reason", fields.CharField(default="", db_default="", max_length=500)),
                ("details", fields.TextField(default="{}", db_default="{}", unique=False)),
            ],
            options={
                "table": "audit_entry",
                "app": "models",
                "indexes": [
                    Index(fields=["actor_id", "id"]),
                    Index(fields=["user_id", "id"]),
                    Index(fields=["room_id", "id"]),
                    Index(fields=["action", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "Who has used which right over others",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SiteSetting",
            fields=[
                (
                    "name",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40),
                ),
                ("value", fields.TextField(unique=False)),
            ],
            options={
                "table": "site_setting",
                "app": "models",
                "pk_attr": "name",
                "table_description": "Settings that administrators change",
            },
            bases=["Model"],
        ),
        ops.RunPython(_protect, ops.RunPython.noop),
    ]
