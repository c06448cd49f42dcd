"""Records of the services, compared without loading them: each database sums them up by bucket of the key.

Two services whose sums agree have the same records; the records themselves are read only for buckets that differ. The
memory that this takes does not depend on how many records there are.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from cli.databases import rows_of
from shared.db.database import Database

BUCKETS: Final = 4096
"""Of a million records a bucket has about 250."""
PAGE: Final = 5_000
KEY_ONLY, KEY_AND_VALUE = "key", r"key || E'\n' || coalesce(value, '')"

# SHA-256 and not PostgreSQL's own hashes: the services' databases may be on servers of different versions. The sum has
# no order, and unlike an exclusive or does not lose what is there twice.
_SUMS = """
    with record as ({query}), hashed as (
        select sha256(convert_to(key, 'UTF8')) as of_key, sha256(convert_to({content}, 'UTF8')) as of_content
        from record
    )
    select get_byte(of_key, 0) * 16 + get_byte(of_key, 1) / 16 as bucket, count(*) as number,
           sum(('x' || encode(substr(of_content, 1, 8), 'hex'))::bit(64)::bigint) as total
    from hashed group by 1
"""
_OF_BUCKETS = """
    with record as ({query}), hashed as (
        select key, value, sha256(convert_to(key, 'UTF8')) as of_key from record
    )
    select key, value from hashed
    where get_byte(of_key, 0) * 16 + get_byte(of_key, 1) / 16 = any(cast(:buckets as int[]))
"""
_OTHER_VALUES = """
    select key, coalesce(value, '') as value from ({query}) as record
    where value is distinct from :value and (key, coalesce(value, '')) > (:after_key, :after_value)
    order by 1, 2 limit :limit
"""

RecordName = tuple[str, str]
"""A service and the name of one of its `records`."""


class Sum(NamedTuple):
    """Number of records in a bucket, and the sum of their hashes."""

    number: int
    total: int


class Records:
    """The records of all services. `queries` are SQL with the columns `key` and `value`."""

    def __init__(self, databases: Mapping[str, Database], queries: Mapping[RecordName, str]) -> None:
        self._databases = databases
        self._queries = queries

    async def sums(self, names: Sequence[RecordName], content: str) -> dict[int, Sum]:
        """The records under these names together, by bucket. `content` is what counts: KEY_ONLY or KEY_AND_VALUE."""
        numbers, totals = Counter[int](), Counter[int]()
        for name in names:
            for row in await self._fetch(name, _SUMS.format(query=self._queries[name], content=content)):
                numbers[row.bucket] += row.number
                totals[row.bucket] += int(row.total)
        return {bucket: Sum(number, totals[bucket]) for bucket, number in numbers.items()}

    async def of_buckets(self, names: Sequence[RecordName], buckets: Sequence[int]) -> dict[str, str]:
        """The records under these names in some of the buckets: key → value."""
        by_key: dict[str, str] = {}
        for name in names:
            rows = await self._fetch(name, _OF_BUCKETS.format(query=self._queries[name]), buckets=list(buckets))
            by_key |= {row.key: row.value for row in rows}
        return by_key

    async def of_other_value(self, name: RecordName, value: str) -> AsyncIterator[list[tuple[str, str]]]:
        """The records whose value is another, some thousands at a time, in the order of their keys."""
        statement, after = _OTHER_VALUES.format(query=self._queries[name]), ("", "")
        while True:
            values = {"value": value, "after_key": after[0], "after_value": after[1], "limit": PAGE}
            page = [(row.key, row.value) for row in await self._fetch(name, statement, **values)]
            if not page:
                return
            yield page
            after = page[-1]

    async def whole(self, name: RecordName) -> dict[str, str]:
        """All records under a name, in memory: for small systems only."""
        return {row.key: row.value for row in await self._fetch(name, self._queries[name])}

    async def _fetch(self, name: RecordName, statement: str, **values: object) -> Sequence[sa.Row[Any]]:
        return await rows_of(self._databases[name[0]], statement, **values)
