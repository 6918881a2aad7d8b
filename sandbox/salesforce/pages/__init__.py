"""What reps see of the org: list views and page layouts, and which fields stand on them."""
