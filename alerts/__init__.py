"""Messages to people: what a digest says, how it looks as a mail, and one file per channel that sends it."""
