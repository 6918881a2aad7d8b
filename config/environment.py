"""The deployment's settings, read from the environment: prefix `ENTENTE_`, each also as `..._FILE` naming a file.

`wiring/`, `config/settings.py`, the pages, the worker and the command line read it; nothing below them does.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "ENTENTE_"


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the message names the variable and the mend."""


class _FromFiles(PydanticBaseSettingsSource):
    """`ENTENTE_HUBSPOT_TOKEN_FILE=/run/secrets/token` gives HUBSPOT_TOKEN the content of that file."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if path is None:
            return None, field_name, False
        if os.environ.get(f"{PREFIX}{field_name.upper()}"):
            raise SettingsError(f"{PREFIX}{field_name.upper()} is set twice, also as ..._FILE: keep one of them")
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}{field_name.upper()}_FILE: cannot read {path} ({error.strerror}): mend the path or its rights"
            ) from error

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields}
        return {name: value for name, value in values.items() if value is not None}


class Environment(BaseSettings):
    """Every setting with its default; secrets never show in logs or error messages."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: SecretStr = SecretStr("")
    """`postgres://USER:PASSWORD@HOST:PORT/NAME` or `sqlite:///PATH`; by default a file in the data directory."""
    redis_url: str = ""
    sync_seconds: int = Field(default=60, ge=1)
    """How often the worker looks for changes."""
    data_dir: Path = Path("var")
    config_dir: Path = Path(__file__).parent
    secret_key: SecretStr = SecretStr("")
    field_keys: SecretStr = SecretStr("")
    """Keys that encrypt stored tokens, newest first, divided by commas."""
    keep_values_days: int = Field(default=90, ge=1)
    """How long old and new values stay in the history; who changed what, and when, stays."""
    base_url: str = "http://127.0.0.1:8000"
    """Where people open the pages; links in messages begin with it."""
    smtp_url: SecretStr = SecretStr("")
    """`smtp://user:password@host:port`, `smtps://` for TLS from the start; none: no mail is sent."""
    slack_url: SecretStr = SecretStr("")
    """An incoming webhook of Slack; none: nothing is posted."""
    time_zone: str = "UTC"
    """By which clock digests go out to people whose own no system says: an IANA name such as Europe/Paris."""
    privacy_profile: Literal["", "standard", "works_council"] = ""
    """Who sees what about people; empty: as the first-start page was answered."""

    metrics_token: SecretStr = SecretStr("")
    """Whoever brings it may read /metrics; none: the address does not exist."""

    hubspot_url: str = "https://api.hubapi.com"
    hubspot_token: SecretStr = SecretStr("")
    hubspot_client_id: str = ""
    hubspot_client_secret: SecretStr = SecretStr("")
    hubspot_refresh_token: SecretStr = SecretStr("")
    hubspot_webhook_secret: SecretStr = SecretStr("")
    """The client secret of the app that sends webhooks; none: the address does not exist."""
    hubspot_webhook_url: str = ""
    """The address that HubSpot calls; empty: BASE_URL and /webhooks/hubspot."""
    hubspot_webhook_signature: Literal["v1", "v2", "v3"] = "v3"
    salesforce_url: str = ""
    """The login or the instance address: https://acme.my.salesforce.com."""
    salesforce_client_id: str = ""
    salesforce_client_secret: SecretStr = SecretStr("")
    salesforce_token: SecretStr = SecretStr("")
    salesforce_username: str = ""
    salesforce_private_key: SecretStr = SecretStr("")
    salesforce_refresh_token: SecretStr = SecretStr("")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name} is no time zone, give it an IANA name such as Europe/Paris")
        return name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _FromFiles(settings_cls)


@cache
def environment() -> Environment:
    """The settings of this process, read once. Raises SettingsError where one cannot be used."""
    try:
        return Environment()
    except ValidationError as refused:
        problems = [f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg']}" for each in refused.errors() if each["loc"]]
        raise SettingsError("\n".join(problems)) from None
