"""Queries that PostgreSQL plans for the very values that are asked for."""

from typing import cast

from tortoise.transactions import in_transaction

from models.sql.fast_path import Rows, scans


async def scan_planned(sql: str, *values: object) -> Rows:
    """As scan, on PostgreSQL. It keeps a plan for any values after some times, by which each word
    is as rare as the next.
    """
    async with scans, in_transaction() as connection:
        await connection.execute_query("SET LOCAL plan_cache_mode = force_custom_plan")
        _, found = await connection.execute_query(sql, list(values))
        return cast("Rows", found)
