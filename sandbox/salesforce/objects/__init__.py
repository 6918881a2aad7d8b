"""What single objects do by themselves: derived values, checks, rows that Salesforce writes."""
