"""The console: pages over the same services as the command line. It owns no rule and no SQL."""
