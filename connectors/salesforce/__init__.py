"""Salesforce as a connector, on simple-salesforce. Reading order: connector, reading, writes, client, schema."""

from connectors.salesforce.connector import SalesforceConnector

__all__ = ["SalesforceConnector"]
