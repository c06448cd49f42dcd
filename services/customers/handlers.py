"""What this service reacts to: nothing. It is where the facts about clients, customers and keys begin."""

from services.customers.tools import Tools
from shared.messaging.subscription import Subscription

REACTIONS: tuple[Subscription[Tools], ...] = ()
