"""The private broker of a local system: as in production, with a user for each service, and random passwords."""

from pathlib import Path

from cli.broker_definitions import definitions, new_passwords
from dev.broker import PrivateBroker
from shared.settings import CommonSettings


class SystemBroker(PrivateBroker):
    """A broker that holds the whole topology before the first service connects."""

    def __init__(self, directory: Path) -> None:
        self._users = CommonSettings().broker_users
        self._passwords = new_passwords()
        super().__init__(directory, definitions=definitions(self._users, self._passwords))

    def address(self, service: str) -> str:
        """The address of this service alone."""
        return self.address_of(self._users.user_of(service), self._passwords[service])
