"""A private file is for its owner only, also where an earlier attempt left something behind."""

import stat
from pathlib import Path

from cli.broker_definitions import passwords_in
from shared.private_files import write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def a_part_that_others_can_read(file: Path) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(b"half of an earlier attempt")
    part.chmod(0o644)


def test_a_part_that_was_left_open_to_others_is_closed_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    a_part_that_others_can_read(file)
    write_private(file, b"secret")
    assert (file.read_bytes(), mode(file), list(tmp_path.iterdir())) == (b"secret", 0o600, [file])


def test_a_file_that_was_open_to_others_is_replaced_by_one_that_is_not(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"old")
    file.chmod(0o644)
    write_private(file, b"new")
    assert (file.read_bytes(), mode(file)) == (b"new", 0o600)


def test_passwords_are_private_although_a_part_was_left_open_to_others(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    a_part_that_others_can_read(file)
    passwords_in(file)
    assert mode(file) == 0o600
