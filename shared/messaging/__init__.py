"""How facts travel: outbox and relay on the way out, one pipeline with an inbox on the way in, two buses between."""
