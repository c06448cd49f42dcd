"""A broker as in production: the definitions that `broker-definitions` prints, with a user for each service."""

import json
import subprocess
import sys
from pathlib import Path

from cli.broker_definitions import passwords_in
from dev.broker import PrivateBroker
from shared.messaging.origin import BrokerUsers
from shared.messaging.rabbit import RabbitBus

USERS = BrokerUsers("faktura_{service}")


class BrokerWithUsers:
    """`private.url` is the administrator's, who may do everything."""

    def __init__(self, folder: Path) -> None:
        file = folder / "passwords.json"
        command = [sys.executable, "-m", "cli", "broker-definitions", "--passwords", str(file)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        self._passwords = passwords_in(file)
        self.private = PrivateBroker(folder / "broker", definitions=json.loads(printed))

    def url(self, service: str) -> str:
        return self.private.address_of(USERS.user_of(service), self._passwords[service])

    async def bus(self, service: str) -> RabbitBus:
        return await RabbitBus.connect(self.url(service), service, USERS)
