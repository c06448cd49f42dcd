"""Errors of the embedded PostgreSQL; their messages say what to do."""

from pathlib import Path


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be used; the message says why and what to do."""


class DataDirectoryInUse(EmbeddedPostgresError):
    """Another live process owns the data directory."""

    def __init__(self, data_dir: Path, pid: int | None) -> None:
        owner = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{data_dir} is in use by {owner}: stop that one, or choose another directory with FAKTURA_DATA_DIR"
        )
        self.data_dir = data_dir
        self.pid = pid
