"""The keys of `./faktura up` outlive it, also across the version in which some things began to take two persons."""

import json
from dataclasses import asdict
from pathlib import Path

from dev.local.seed import DemoKeys, stored_keys


def test_the_keys_of_an_earlier_start_are_used_again(tmp_path: Path) -> None:
    keys = DemoKeys("bureau", "id", "client", "shop", "controller")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(asdict(keys)))
    assert stored_keys(file) == keys


def test_keys_without_a_controller_are_replaced_for_the_same_client(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"bureau": "old", "client_id": "id", "client": "old", "print_shop": "old"}))
    keys = stored_keys(file)
    assert (keys.client_id, keys.client, keys.print_shop) == ("id", "", "")
    assert min(len(keys.bureau), len(keys.controller)) >= 32
    assert keys.bureau not in ("old", keys.controller)
