"""The events: one module per owner, the envelope that they travel in, and the registry of all types."""
