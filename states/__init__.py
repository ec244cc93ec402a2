"""The rules of the notice: pure, no IO, no clock. Read `table`, then `decide`."""
