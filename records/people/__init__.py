"""Who works here: accounts, sessions, service tokens, failed sign-ins."""
