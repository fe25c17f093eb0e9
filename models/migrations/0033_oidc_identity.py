from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0032_join_request")]

    initial = False

    operations = [
        ops.CreateModel(
            name="OidcIdentity",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.ForeignKeyField(
                        "models.User",
                        source_field="user_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="oidc_identities",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("issuer", fields.CharField(max_length=500)),
                ("subject", fields.CharField(max_length=255)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "last_used_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("gives_admin", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "oidc_identity",
                "app": "models",
                "unique_together": (("issuer", "subject"),),
                "pk_attr": "id",
                "table_description": "Who people are to an OpenID provider",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OidcUse",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("digest", fields.CharField(unique=True, max_length=64)),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "oidc_use",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What of an OpenID provider's is good once, and was used",
            },
            bases=["Model"],
        ),
    ]
