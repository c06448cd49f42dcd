"""The ledger reaches nothing outside its database and the bus."""

from shared.service import NoTools as Tools
from shared.service import no_tools as open_tools

__all__ = ["Tools", "open_tools"]
