"""Embedded PostgreSQL for a newcomer's first run and for the tests: the same dialect as in production."""

from dev.postgres.data_dir import default_data_dir
from dev.postgres.errors import DataDirectoryInUse, EmbeddedPostgresError
from dev.postgres.server import EmbeddedPostgres, down

__all__ = ["DataDirectoryInUse", "EmbeddedPostgres", "EmbeddedPostgresError", "default_data_dir", "down"]
