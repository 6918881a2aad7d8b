"""What answers each address: doors, reports, what ops do, and refusals."""
