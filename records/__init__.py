"""Tables, queries, ledger, numbers. No workflow and no rule lives here."""
