"""What a portal defines: properties, their groups and rules, pipelines, custom objects."""
