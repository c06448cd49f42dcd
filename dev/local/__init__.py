"""The whole house set up for a while: database, bus, services and the world outside. `up`, `demo`, `bench` and the
system tests all stand on this stage, so that they try the same thing."""
