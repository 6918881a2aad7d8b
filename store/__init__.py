"""The memory: what was last seen on each side, what belongs together, what was changed, and who owes what."""
