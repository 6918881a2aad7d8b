"""The standard objects of the org: fields, types, lengths and picklists, as describe shows them."""
