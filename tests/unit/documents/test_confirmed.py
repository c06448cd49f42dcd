"""What was ever stored can be read: a committed sample of every schema version."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from services.documents.domain.confirmed import CURRENT_VERSION, READERS, ConfirmedDocument, read_confirmed
from services.documents.events import document_confirmed

SAMPLES = Path(__file__).parents[2] / "golden" / "confirmed"
SHA256 = {
    1: "a4ff6d93c49aa4ea9304219629d0cdc254f06b1e373911c72617970c8c986c3c",
    2: "5d00ba8d4f22e0ea41270daf6e747f23e79026645e3f5253a99aa1bc74e647d8",
}
"""Of each sample. A field that is renamed needs a new schema version, not another sample of the old one."""


def stored(version: int) -> list[dict[str, Any]]:
    """Documents as they were stored under a schema version. Written once, never changed."""
    documents: list[dict[str, Any]] = json.loads((SAMPLES / f"v{version}.json").read_text(encoding="utf-8"))
    return documents


def test_every_schema_version_has_a_reader_and_a_sample() -> None:
    versions = set(range(1, CURRENT_VERSION + 1))

    assert set(READERS) == versions
    assert {path.name for path in SAMPLES.iterdir()} == {f"v{version}.json" for version in versions}


@pytest.mark.parametrize("version", READERS)
def test_a_committed_sample_never_changes(version: int) -> None:
    assert hashlib.sha256((SAMPLES / f"v{version}.json").read_bytes()).hexdigest() == SHA256[version]


@pytest.mark.parametrize("version", READERS)
def test_a_stored_document_of_any_version_is_read_and_can_be_published(version: int) -> None:
    for sample in stored(version):
        document = read_confirmed(json.dumps(sample))

        event = document_confirmed(document)

        assert (event.document.document_id, event.document.payable_ore) == (document.document_id, document.payable_ore)
        assert event.document.customer_name == document.buyer.name


def test_the_current_version_reads_and_writes_the_same() -> None:
    for sample in stored(CURRENT_VERSION):
        assert sample["schema_version"] == CURRENT_VERSION
        assert read_confirmed(json.dumps(sample)).model_dump(mode="json") == sample


def test_the_current_sample_fills_in_every_field() -> None:
    filled = {name for sample in stored(CURRENT_VERSION) for name, value in sample.items() if value is not None}

    assert filled == set(ConfirmedDocument.model_fields)


def test_a_version_from_the_future_is_not_guessed_at() -> None:
    [sample, *_] = stored(CURRENT_VERSION)

    with pytest.raises(KeyError):
        read_confirmed(json.dumps({**sample, "schema_version": CURRENT_VERSION + 1}))
