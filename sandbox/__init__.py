"""A HubSpot and a Salesforce on loopback, over real HTTP, that the official clients talk to unmodified.

It imports nothing of the product, and nothing of the product imports it: only tests, benchmarks and commands start it.
"""
