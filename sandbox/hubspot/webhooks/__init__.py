"""Webhooks: what apps subscribe to, the events that follow from writes, and their delivery over real HTTP."""
