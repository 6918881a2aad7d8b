"""A Salesforce org on loopback: REST, SOQL, sObject collections, describe and the Tooling calls that a setup needs."""
