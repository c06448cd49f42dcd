"""The facts of the house: one module per owner, the envelope they travel in, and the registry that knows them all."""
