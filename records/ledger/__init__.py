"""The hash chain, its checkpoints, and their verification."""
