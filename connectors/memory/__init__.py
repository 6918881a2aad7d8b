"""The reference connector: a dict that misbehaves on request.

What a human does to it (`add`, `edit`, `assign`, `delete`, `merge`, `convert`) and what goes wrong with it (`refuse`,
`lose_answers`, `cut`, `quota_refusals`, `unavailable`, `rewrites`) are plain calls, so that a test can tell any story.
"""

from connectors.memory.connector import MemoryConnector

__all__ = ["MemoryConnector"]
