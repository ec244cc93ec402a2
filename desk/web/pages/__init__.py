"""The pages, one subject a file; each lists its routes in `PAGES`."""
