"""Files that only their owner may read: keys, passwords and the documents of clients."""

import os
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def private_folder(folder: Path) -> None:
    """Make the folder, and close it and the files that are in it already."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            path.chmod(FILE_MODE)


def write_private(path: Path, content: bytes) -> None:
    """Write and sync a file that was never readable by anyone else, and that is whole as soon as it has its name."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
        # A part that an earlier attempt left behind keeps its mode when it is opened.
        os.fchmod(file.fileno(), FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
