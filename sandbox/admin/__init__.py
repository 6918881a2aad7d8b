"""The controls of the sandbox, on `/_sandbox/` of each port; they are no part of either API."""
