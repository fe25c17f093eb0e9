from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0045_queued_mail")]

    initial = False

    operations = [
        ops.CreateModel(
            name="EmailAddress",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "user",
                    fields.OneToOneField(
                        "models.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="email_address",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("address", fields.CharField(default="", db_default="", max_length=254)),
                ("address_key", fields.CharField(null=True, unique=True, max_length=254)),
                (
                    "verified_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("pending", fields.CharField(default="", db_default="", max_length=254)),
                ("token_digest", fields.CharField(null=True, unique=True, max_length=64)),
                (
                    "token_expires_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("wants_digest", fields.BooleanField(default=True, db_default=True)),
                ("digest_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "digested_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "email_address",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Where people get mail",
            },
            bases=["Model"],
        ),
    ]
