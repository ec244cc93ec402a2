"""The database itself: connections, transactions, migrations, prepared statements."""
