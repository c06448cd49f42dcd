"""What `./faktura bench` measures. Never part of the tests: figures are for reading, not for failing on."""
