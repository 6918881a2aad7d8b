"""What happens to records over time: merges, conversion, the recycle bin, people who edit."""
