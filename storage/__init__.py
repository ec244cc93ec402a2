"""Bytes on disk or in a bucket: written whole, found again, checked."""
