"""The nouns of the ledger and their bytes; nothing here reads a clock, a socket or a disk."""
