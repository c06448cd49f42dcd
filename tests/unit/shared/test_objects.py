"""The object store on a local folder: what stands there is verified, and only its owner may read it."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore

LOGO = b"the bytes of a logo" * 100


@pytest.fixture(autouse=True)
def generous_umask() -> Iterator[None]:
    """The usual umask, with which new files can be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore.open(f"file://{tmp_path}/objects")


def _file(folder: Path, digest: str) -> Path:
    return folder / "objects" / digest[:2] / digest[2:4] / digest


@pytest.mark.parametrize("stands", [b"", LOGO[:-1], LOGO + b"more", b"X" + LOGO[1:]])
async def test_storing_over_a_damaged_object_mends_it(store: ObjectStore, tmp_path: Path, stands: bytes) -> None:
    digest = await store.put(LOGO)
    _file(tmp_path, digest).write_bytes(stands)
    with pytest.raises(ObjectDamaged):
        await store.get(digest)

    assert await store.put(LOGO) == digest

    assert await store.get(digest) == LOGO


async def test_storing_the_same_bytes_again_does_not_write(store: ObjectStore, tmp_path: Path) -> None:
    digest = await store.put(LOGO)
    written = _file(tmp_path, digest).stat()

    await store.put(LOGO)

    assert _file(tmp_path, digest).stat().st_mtime_ns == written.st_mtime_ns
    assert _file(tmp_path, digest).stat().st_ino == written.st_ino


async def test_many_who_store_the_same_bytes_at_once_all_succeed(store: ObjectStore) -> None:
    [digest] = set(await asyncio.gather(*(store.put(LOGO) for _ in range(20))))

    assert await store.get(digest) == LOGO


async def test_an_object_that_was_never_stored_is_missing(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        await store.get("ab" * 32)


async def test_only_the_owner_may_read_objects_and_folders(store: ObjectStore, tmp_path: Path) -> None:
    digest = await store.put(LOGO)

    file = _file(tmp_path, digest)
    assert _mode(file) == 0o600
    assert {_mode(folder) for folder in (file.parent, file.parent.parent, tmp_path / "objects")} == {0o700}


async def test_a_folder_that_others_could_read_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir(mode=0o755)

    ObjectStore.open(f"file://{tmp_path}/objects")

    assert _mode(tmp_path / "objects") == 0o700


async def test_an_object_that_others_could_read_is_closed_when_it_is_stored_again(
    store: ObjectStore, tmp_path: Path
) -> None:
    file = _file(tmp_path, await store.put(LOGO))
    file.chmod(0o644)
    file.parent.chmod(0o755)

    await store.put(LOGO)

    assert (_mode(file), _mode(file.parent)) == (0o600, 0o700)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
