"""Who may call: OAuth, its tokens, and the scopes that calls need."""
