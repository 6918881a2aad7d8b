"""Communication preferences: what an address may be sent, and the APIs (v3, v4, dated) that read and set it."""
