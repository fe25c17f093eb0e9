from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0027_access_token")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LoginTicket",
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
                        related_name="login_tickets",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_digest", fields.CharField(unique=True, max_length=64)),
                ("hash_digest", fields.CharField(max_length=64)),
                ("tries", fields.IntField(default=0, db_default=0)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "login_ticket",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Logins that wait for the second factor",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Passkey",
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
                        related_name="passkeys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("credential_id", fields.CharField(unique=True, max_length=1364)),
                ("public_key", fields.TextField(unique=False)),
                ("sign_count", fields.BigIntField(default=0, db_default=0)),
                ("label", fields.CharField(max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "last_used_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "passkey",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Public keys by which people log in",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PasskeyChallenge",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("challenge_digest", fields.CharField(unique=True, max_length=64)),
                ("purpose", fields.CharField(max_length=8)),
                ("subject_id", fields.BigIntField(default=0, db_default=0)),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "passkey_challenge",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Challenges that passkeys have yet to sign",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecoveryCode",
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
                        related_name="recovery_codes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("code_digest", fields.CharField(unique=True, max_length=64)),
            ],
            options={
                "table": "recovery_code",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Codes for whoever has lost their second factor",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Totp",
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
                        related_name="totp",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("secret", fields.CharField(max_length=64)),
                (
                    "confirmed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("last_counter", fields.BigIntField(default=0, db_default=0)),
            ],
            options={
                "table": "totp",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Secrets of apps that make codes",
            },
            bases=["Model"],
        ),
    ]
