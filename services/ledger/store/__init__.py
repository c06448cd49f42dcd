"""Every query of the ledger: `books` writes, `entries` and `accounts` read, `chain` proves."""
