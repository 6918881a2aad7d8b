"""What joins records: the types of association, who is associated with whom, and the calls that read and change it."""
