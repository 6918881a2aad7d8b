"""Several calls in one: composite, batch, graph and tree; each counts as a single call."""
