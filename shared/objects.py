"""The object store: bytes under their own hash, so that nothing is ever overwritten and every read can be checked.

A local folder by default, S3 by setting; `obstore` handles both.
"""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Self
from urllib.parse import urlparse

import obstore
from obstore.store import LocalStore, S3Store


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
                return cls(LocalStore(folder), folder)
            case "s3":
                return cls(S3Store(location.netloc, prefix=location.path.strip("/") or None), None)
            case other:
                raise ValueError(f"object store {url!r}: scheme {other!r} is neither file nor s3")

    async def put(self, content: bytes) -> str:
        """Store the bytes and return their SHA-256. Storing the same bytes again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        if not await self._has(digest):
            await obstore.put_async(self._store, _path(digest), content)
            await asyncio.to_thread(self._sync, digest)
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

    async def _has(self, digest: str) -> bool:
        try:
            await obstore.head_async(self._store, _path(digest))
        except FileNotFoundError:
            return False
        return True

    def _sync(self, digest: str) -> None:
        """On a local disk, sync the file and its folder before a database row may refer to them."""
        if self._folder is None:
            return
        file = self._folder / _path(digest)
        for path in (file, file.parent):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
