"""Letters that leave: the outbox and the post of a day."""
