"""HubSpot as a connector, on its official client.

Reading order: connector, changes, writes, client, oauth, wire, schema, permissions.
"""

from connectors.hubspot.connector import HubSpotConnector
from connectors.hubspot.oauth import App

__all__ = ["App", "HubSpotConnector"]
