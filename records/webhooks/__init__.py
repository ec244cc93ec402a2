"""Webhooks: who is told of changed cases, how far each has been told, and every attempt."""
