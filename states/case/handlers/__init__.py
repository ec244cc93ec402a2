"""What each command means for the facts, once its sender is known to be entitled: one small function a command.

Each takes facts, command, context and business date, and returns the facts with what the command says, or raises a
Refusal. Where that leads, who must second it and which letters it writes is the table's.
"""
