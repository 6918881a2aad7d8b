"""Writes a file whole or not at all: readers see the old content or the new, never a part."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replace the content of a file, following a link to where it points. Raises OSError, and then nothing changed."""
    path = path.resolve()
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
