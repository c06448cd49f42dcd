"""What this service reacts to: nothing. It is where the facts about clients, customers and keys begin."""

from shared.messaging.subscription import Subscription

REACTIONS: tuple[Subscription, ...] = ()
