"""The sandbox's HubSpot: contacts, companies, owners and properties behind its API's paths, envelopes and errors."""
