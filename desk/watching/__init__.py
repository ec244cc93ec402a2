"""What an operator of machines looks at: logs, health, metrics."""
