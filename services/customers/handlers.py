"""This service subscribes to nothing: clients, customers and keys originate here."""

from services.customers.tools import Tools
from shared.messaging.subscription import Subscription

SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = ()
