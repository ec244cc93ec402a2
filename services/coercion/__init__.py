"""What people write, to what a command carries: one reading for rosters, the prompt, scenarios and forms."""
