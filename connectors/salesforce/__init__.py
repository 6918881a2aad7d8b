"""Salesforce as a connector, on simple-salesforce.

Reading order: connector, reading, writes, client, login, schema, permissions.
"""

from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.login import ClientCredentials, JwtBearer, RefreshToken

__all__ = ["ClientCredentials", "JwtBearer", "RefreshToken", "SalesforceConnector"]
