"""Cases on record: rows, ledger entries, letters, numbers, queues."""
