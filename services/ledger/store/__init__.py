"""The queries of the ledger: `books` writes, `entries` and `accounts` read, `chain` verifies."""
