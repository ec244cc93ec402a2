"""What goes to Temporal and comes back: messages, client, payload encryption."""
