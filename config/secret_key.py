"""The key that signs sessions and links: the one that is set, or one that this installation makes once and keeps."""

from __future__ import annotations

import os
import secrets

from config.environment import Environment, SettingsError


def secret_key(settings: Environment) -> str:
    """The same key in every process of an installation. Raises SettingsError where none is set or can be kept."""
    if given := settings.secret_key.get_secret_value():
        return given
    path = settings.data_dir / "secret_key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(str(path))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"ENTENTE_SECRET_KEY is not set, and {path} cannot be kept ({error.strerror}): "
            "set it, or mend ENTENTE_DATA_DIR or its rights"
        ) from error


def _make(path: str) -> None:
    """Write a fresh key, whole; of two processes that start together, the first one's stays."""
    part = f"{path}.{secrets.token_hex(4)}.part"
    file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(file, secrets.token_urlsafe(50).encode("ascii"))
        os.fsync(file)
        os.link(part, path)
    except FileExistsError:
        return  # another process was first: its key is the installation's
    finally:
        os.close(file)
        os.unlink(part)  # noqa: PTH108
