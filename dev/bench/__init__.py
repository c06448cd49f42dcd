"""What `./faktura bench` measures. Never part of the tests: a figure is a thing to look at, not to fail on."""
