"""The embedded Temporal server: how it is obtained, started and stopped."""
