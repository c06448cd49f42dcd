"""This service subscribes to nothing: clients, customers and keys originate here."""

from services.customers.tools import Tools
from shared.messaging.subscription import Subscription

REACTIONS: tuple[Subscription[Tools], ...] = ()
