"""The files and environment variables of a private RabbitMQ: all that it would otherwise look for in /etc and /var."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.broker_definitions import user

LOOPBACK = "127.0.0.1"
ADMINISTRATOR = "administrator"
EVERYTHING = ".*"
# Two schedulers that never spin: the broker shares the machine with everything else in the test.
_ERLANG_ARGUMENTS = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
# A small write-ahead log keeps quorum queues from holding up to half a gigabyte in memory. A new node that loads
# definitions does not create the user guest.
_CONFIGURATION = """[
    {{ra, [{{wal_max_size_bytes, 67108864}}]}},
    {{rabbit, [{{load_definitions, "{definitions}"}}]}}
].
"""


@dataclass(frozen=True, slots=True)
class Ports:
    amqp: int
    distribution: int
    epmd: int


def write_configuration(directory: Path, plugins: Sequence[str], definitions: Mapping[str, Any]) -> None:
    """Only this user can read the directory: the definitions hold hashes of passwords."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    imported = directory / "definitions.json"
    imported.write_text(json.dumps(definitions), encoding="utf-8")
    (directory / "advanced.config").write_text(_CONFIGURATION.format(definitions=imported), encoding="utf-8")
    (directory / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n", encoding="ascii")
    (directory / "rabbitmq-env.conf").touch()


def with_administrator(definitions: Mapping[str, Any], password: str) -> dict[str, Any]:
    """The definitions with one more user, who may do everything."""
    rights = {"configure": EVERYTHING, "write": EVERYTHING, "read": EVERYTHING}
    return {
        **definitions,
        "vhosts": [{"name": "/"}],
        "users": [*definitions.get("users", ()), user(ADMINISTRATOR, password, ["administrator"])],
        "permissions": [*definitions.get("permissions", ()), {"user": ADMINISTRATOR, "vhost": "/", **rights}],
    }


def node_of(directory: Path) -> str:
    """The node's name, unique to the directory. It stays with the data, which belongs to a node by its name."""
    file = directory / "node"
    if not file.exists():
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(f"faktura-{secrets.token_hex(4)}@localhost\n", encoding="ascii")
    return file.read_text(encoding="ascii").strip()


def environment_of(directory: Path, node: str, ports: Ports) -> dict[str, str]:
    """Everything that RabbitMQ would otherwise look for in /etc, /var and the user's home.

    HOME is where Erlang keeps the cookie. RUNNING_UNDER_SYSTEMD lets the script become the node instead of watching it.
    """
    at = directory.joinpath
    return {
        "HOME": str(directory),
        "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "RUNNING_UNDER_SYSTEMD": "true",
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports.amqp),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONF_ENV_FILE": str(at("rabbitmq-env.conf")),
        "RABBITMQ_CONFIG_FILE": str(at("rabbitmq")),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(at("advanced.config")),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(at("enabled_plugins")),
        "RABBITMQ_MNESIA_BASE": str(at("data")),
        "RABBITMQ_MNESIA_DIR": str(at("data", "node")),
        "RABBITMQ_PLUGINS_EXPAND_DIR": str(at("data", "plugins-expand")),
        "RABBITMQ_FEATURE_FLAGS_FILE": str(at("data", "feature_flags")),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(at("data", "config")),
        "RABBITMQ_SCHEMA_DIR": str(at("data", "schema")),
        "RABBITMQ_LOG_BASE": str(at("log")),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(at("data", "node.pid")),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG_ARGUMENTS,
    }
