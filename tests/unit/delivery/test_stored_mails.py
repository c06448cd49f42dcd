"""Mails and letters that the newcomer's mailbox and print shop keep are for their owner only."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from dev.playground.mailbox import Mailbox
from dev.playground.print_shop import PrintShop
from shared.private_files import write_private

MAIL = b"Message-ID: <1@b.example>\r\n\r\ntext\r\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_kept_mail_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    Mailbox(folder).keep(MAIL, ["kari@fjord.no"])
    (mail,) = folder.iterdir()
    assert (mode(folder), mode(mail)) == (0o700, 0o600)


def test_a_mailbox_of_an_earlier_version_is_closed_when_it_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir(mode=0o755)
    (folder / "000001.eml").write_bytes(MAIL)
    Mailbox(folder)
    assert (mode(folder), mode(folder / "000001.eml")) == (0o700, 0o600)


def test_printed_letters_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    PrintShop(httpx2.AsyncClient(), "key", folder)
    write_private(folder / "letter.pdf", b"%PDF")
    assert (mode(folder), mode(folder / "letter.pdf")) == (0o700, 0o600)
