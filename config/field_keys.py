"""The keys that encrypt what is secret in the database: read from the settings, and made."""

from __future__ import annotations

from cryptography.fernet import Fernet

from config.environment import PREFIX, Environment, SettingsError

_HOW = "make one with `entente keys new`, and keep it as safe as a password"


def field_keys(settings: Environment) -> list[str]:
    """The keys, newest first. Raises SettingsError where there is none, or one is no key; it never shows them."""
    keys = [key.strip() for key in settings.field_keys.get_secret_value().split(",") if key.strip()]
    if not keys:
        raise SettingsError(f"{PREFIX}FIELD_KEYS is not set: it encrypts refresh tokens in the database; {_HOW}")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise SettingsError(
                f"{PREFIX}FIELD_KEYS: key {number} of {len(keys)} is not 32 bytes in URL-safe base64: {_HOW}"
            ) from None
    return keys


def new_key() -> str:
    return Fernet.generate_key().decode()
