"""Copies of what another service owns. Its events carry full snapshots with a version, in any order and more than once;
a snapshot replaces an older one and never a newer.
"""

from collections.abc import Sequence

import sqlalchemy as sa


def upsert_newer(
    table: str, *, keys: Sequence[str], changing: Sequence[str], fixed: Sequence[str] = ()
) -> sa.TextClause:
    """A statement with a parameter for each column. The table has a column `version`; `fixed` columns never change.

    Batches run it in the order of their keys, so that two of them never lock crosswise.
    """
    columns = [*keys, "version", *changing, *fixed]
    changes = ", ".join(f"{column} = excluded.{column}" for column in ("version", *changing))
    return sa.text(
        f"""
        insert into {table} ({", ".join(columns)}) values ({", ".join(f":{column}" for column in columns)})
        on conflict ({", ".join(keys)}) do update set {changes} where {table}.version < excluded.version
        """  # noqa: S608  # names of our own tables and columns
    )
