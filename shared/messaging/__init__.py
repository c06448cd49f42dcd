"""How events travel: outbox and relay on the way out, a pipeline with an inbox on the way in, and one of two buses.

On RabbitMQ each service has a user of its own, and an event counts only when the user of its owner published it
(`origin.py`).
"""
