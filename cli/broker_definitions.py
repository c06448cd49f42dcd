"""`broker-definitions`: all that the broker must know before a service connects, in RabbitMQ's own import format.

Services declare nothing there. A user's rights follow from the map: to publish events whose type is its own service's,
and to read its own queues. https://www.rabbitmq.com/docs/definitions, https://www.rabbitmq.com/docs/access-control
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from services.system import NAMES, subscribed_queues
from shared.messaging import topology
from shared.messaging.origin import BrokerUsers
from shared.private_files import write_private

Definitions = dict[str, list[dict[str, Any]]]
NOTHING = "^$"
_SALT_BYTES = 4


class BadPasswordFile(Exception):
    """The file of passwords cannot be used; the message says why."""


def definitions(users: BrokerUsers, passwords: Mapping[str, str], vhost: str = "/") -> Definitions:
    """Exchanges, queues, bindings, and a user for each service; `passwords` are by service."""
    return {
        "vhosts": [{"name": vhost}],
        "users": [user(users.user_of(name), passwords[name]) for name in NAMES],
        "permissions": [_permission(users.user_of(name), name, vhost) for name in NAMES],
        "topic_permissions": [_topic_permission(users.user_of(name), name, vhost) for name in NAMES],
        **_topology(vhost),
    }


def new_passwords(known: Mapping[str, str] | None = None) -> dict[str, str]:
    """A password for every service: those that are known, and random ones."""
    return {name: (known or {}).get(name) or secrets.token_urlsafe(32) for name in NAMES}


def passwords_in(file: Path) -> dict[str, str]:
    """The passwords by service of a JSON file that only this user can read; services that it lacks are added.

    Raises:
        BadPasswordFile: others can read the file, or it holds something else.
    """
    known = _read(file) if file.exists() else {}
    passwords = new_passwords(known)
    if passwords != known:
        write_private(file, json.dumps(passwords, indent=2).encode())
    return passwords


def _read(file: Path) -> dict[str, str]:
    if file.stat().st_mode & 0o077:
        raise BadPasswordFile(f"others than its owner can read {file}: chmod 600 {file}")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadPasswordFile(f"{file} is not JSON: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise BadPasswordFile(f"{file} must hold a JSON object with a password for each service")
    return content


def user(name: str, password: str, tags: Iterable[str] = ()) -> dict[str, Any]:
    """A user with a salted hash of the password: https://www.rabbitmq.com/docs/passwords"""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode("ascii"),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(tags),
    }


def _permission(user_name: str, service: str, vhost: str) -> dict[str, str]:
    return {
        "user": user_name,
        "vhost": vhost,
        "configure": NOTHING,
        "write": f"^{_literally(topology.EVENTS)}$",
        "read": f"^{_literally(service)}\\.",
    }


def _topic_permission(user_name: str, service: str, vhost: str) -> dict[str, str]:
    types = f"^{_literally(service)}\\."
    return {"user": user_name, "vhost": vhost, "exchange": topology.EVENTS, "write": types, "read": NOTHING}


def _literally(text: str) -> str:
    return text.replace(".", r"\.")


def _topology(vhost: str) -> Definitions:
    dead_letters = [topology.dead_letter_queue(name) for name in NAMES]
    queues = [*subscribed_queues(), *dead_letters, topology.unrouted_queue()]
    return {
        "exchanges": [_exchange(exchange, vhost) for exchange in topology.EXCHANGES],
        "queues": [_queue(queue, vhost) for queue in queues],
        "bindings": [_binding(queue, vhost) for queue in queues],
    }


def _exchange(exchange: topology.ExchangeSpec, vhost: str) -> dict[str, Any]:
    return {
        "name": exchange.name,
        "vhost": vhost,
        "type": exchange.type,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": exchange.arguments,
    }


def _queue(queue: topology.QueueSpec, vhost: str) -> dict[str, Any]:
    return {"name": queue.name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": queue.arguments}


def _binding(queue: topology.QueueSpec, vhost: str) -> dict[str, Any]:
    return {
        "source": queue.exchange,
        "vhost": vhost,
        "destination": queue.name,
        "destination_type": "queue",
        "routing_key": queue.routing_key,
        "arguments": {},
    }
