"""How often Python looks for cycles of objects while a pass works."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_AFTER = 100_000
"""So many objects more than before, and it looks."""


@contextmanager
def rarely() -> Iterator[None]:
    """A batch is many small objects and hardly a cycle: at Python's own pace an eighth of a pass goes into looking."""
    thresholds = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
