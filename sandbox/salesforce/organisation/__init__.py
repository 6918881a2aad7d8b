"""What a real organisation does to the writes that reach it; all of it off until a control of the sandbox sets it."""
