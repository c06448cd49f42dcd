"""PostgreSQL in the box: for a newcomer's first run and for the tests, one dialect with production."""

from shared.db.embedded.data_dir import default_data_dir
from shared.db.embedded.errors import DataDirectoryInUse, EmbeddedPostgresError
from shared.db.embedded.server import EmbeddedPostgres, down

__all__ = ["DataDirectoryInUse", "EmbeddedPostgres", "EmbeddedPostgresError", "default_data_dir", "down"]
