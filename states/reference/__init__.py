"""Reference data of the field: catalog, centres, organisations, identity, numbers, working days."""
