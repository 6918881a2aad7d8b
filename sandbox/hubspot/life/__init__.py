"""What happens to records over time: bin, merges, erasure, stages, people and workflows that edit."""
