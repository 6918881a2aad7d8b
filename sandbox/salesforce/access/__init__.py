"""Who may call and see: sign-in, sessions, permissions."""
