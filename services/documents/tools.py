"""What documents reaches outside its database and the bus: nothing."""

from shared.service import NoTools as Tools
from shared.service import no_tools as open_tools

__all__ = ["Tools", "open_tools"]
