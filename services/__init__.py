"""Use cases: each raises a Refusal or returns a typed struct, and knows no terminal and no HTTP."""
