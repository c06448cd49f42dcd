"""How events travel: outbox and relay on the way out, a pipeline with an inbox on the way in, and one of two buses."""
