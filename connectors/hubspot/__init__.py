"""HubSpot as a connector, on its official client. Reading order: connector, changes, writes, client, wire, schema."""

from connectors.hubspot.connector import HubSpotConnector

__all__ = ["HubSpotConnector"]
