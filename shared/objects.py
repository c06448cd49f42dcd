"""The object store: bytes under their own hash, so that nothing is ever overwritten and every read can be checked.

A local folder by default, S3 by setting; `obstore` handles both. In a local folder only the owner may read: the objects
are the invoices and logos of clients.
"""

import asyncio
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlparse

import obstore
from obstore.store import LocalStore, S3Store

from shared.private_files import FILE_MODE, FOLDER_MODE


class ObjectMissing(LookupError):
    """No object has this hash."""


class ObjectDamaged(Exception):
    """The stored bytes no longer match their hash and must not be used."""


class ObjectStore:
    def __init__(self, store: LocalStore | S3Store, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, url: str) -> Self:
        """`file:///folder` or `s3://bucket/prefix`."""
        location = urlparse(url)
        match location.scheme:
            case "file":
                folder = Path(location.path)
                folder.mkdir(parents=True, exist_ok=True)
                _close_to_others(folder, FOLDER_MODE)
                return cls(LocalStore(folder), folder)
            case "s3":
                return cls(S3Store(location.netloc, prefix=location.path.strip("/") or None), None)
            case other:
                raise ValueError(f"object store {url!r}: scheme {other!r} is neither file nor s3")

    async def put(self, content: bytes) -> str:
        """Store the bytes and return their SHA-256. Storing the same bytes again mends an object that is damaged, and
        otherwise changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        if not await self._stands(digest, len(content)):
            await asyncio.to_thread(self._make_folders, digest)
            await obstore.put_async(self._store, _path(digest), content)
        await asyncio.to_thread(self._secure, digest)
        return digest

    async def get(self, digest: str) -> bytes:
        """The bytes with this SHA-256, verified. Raises ObjectMissing or ObjectDamaged."""
        try:
            result = await obstore.get_async(self._store, _path(digest))
            content = bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise ObjectMissing(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise ObjectDamaged(digest)
        return content

    async def _stands(self, digest: str, size: int) -> bool:
        """Whether the object is stored and whole: a crash or a disk may have left it cut short or changed."""
        try:
            if (await obstore.head_async(self._store, _path(digest)))["size"] != size:
                return False
            await self.get(digest)
        except (FileNotFoundError, ObjectMissing, ObjectDamaged):
            return False
        return True

    def _make_folders(self, digest: str) -> None:
        """On a local disk, make the object's folders for their owner only, and sync each new one's entry."""
        if self._folder is None:
            return
        for folder in reversed((self._folder / _path(digest)).parents[:2]):
            if not folder.exists():
                folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                _sync(folder.parent)

    def _secure(self, digest: str) -> None:
        """On a local disk, sync the file and its folder before a database row may refer to them, also when another
        process has written them; and close them to others."""
        if self._folder is None:
            return
        file = self._folder / _path(digest)
        _close_to_others(file, FILE_MODE)
        _close_to_others(file.parent, FOLDER_MODE)
        _sync(file)
        _sync(file.parent)


def _close_to_others(path: Path, mode: int) -> None:
    """Set the mode where it differs. A mounted folder may belong to another account, which then decides."""
    if stat.S_IMODE(path.stat().st_mode) != mode:
        with suppress(PermissionError):
            path.chmod(mode)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
