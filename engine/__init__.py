"""Temporal: connecting, ids, payload encryption, and the embedded server."""
