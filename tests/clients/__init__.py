"""Clients that others wrote, unmodified, against the sandbox: they know better than our tests what the services answer.

Each runs in an environment of its own. A tunnel leads the hosts that they have built in to the sandbox.
"""
