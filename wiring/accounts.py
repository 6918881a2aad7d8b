"""How each side signs in, by the settings: exactly one way, or a SettingsError that names what to set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from config.environment import PREFIX, Environment, SettingsError
from config.field_keys import field_keys
from connectors.base import Connector, Grant, Keeper
from connectors.budget import Budget, hubspot_windows
from crm.record import Side
from sync.mapping import Mapping

if TYPE_CHECKING:
    from connectors.salesforce import SalesforceConnector

__all__ = ["as_administrator", "connect", "fingerprint"]


def connect(
    settings: Environment, mapping: Mapping | None = None, with_ways_out: Sequence[str] = ()
) -> dict[Side, Connector]:
    """The two connectors. Raises SettingsError where a setting is missing.

    The mapping says whose collections may share a call, and which share of the daily calls is left to others; the
    rules, which objects have gates that a person may pass.
    """
    objects = mapping.objects.values() if mapping else ()
    budgets = {side: _budget(settings, side, mapping) for side in Side}
    marketing = _hubspot(settings, budgets[Side.MARKETING])
    sales = _salesforce(settings, budgets[Side.SALES])
    sales.memory = _Known()
    sales.with_ways_out = tuple(with_ways_out)
    sales.together = frozenset(name for each in objects if each.composite for name in each.sales)
    return {Side.MARKETING: marketing, Side.SALES: sales}


def as_administrator(settings: Environment, side: Side, token: str, everyday: Connector) -> Connector:
    """A connector that signs in with an administrator's token, which is kept nowhere; what it sets up serves the user
    of the `everyday` one."""
    if side is Side.MARKETING:
        from connectors.hubspot import HubSpotConnector

        return HubSpotConnector(settings.hubspot_url, token)
    from connectors.salesforce import SalesforceConnector

    assert isinstance(everyday, SalesforceConnector)
    connector = SalesforceConnector(everyday.client.grant().address, token)
    connector.client.beneficiary = everyday.client.user_and_organization()[0]
    return connector


def fingerprint(settings: Environment, side: Side) -> str:
    """Changes with the address and with what signs in there, never with an access token that was renewed."""
    if side is Side.MARKETING:
        named = [settings.hubspot_url, settings.hubspot_client_id]
        secrets = [settings.hubspot_token, settings.hubspot_client_secret, settings.hubspot_refresh_token]
    else:
        named = [settings.salesforce_url, settings.salesforce_client_id, settings.salesforce_username]
        secrets = [settings.salesforce_client_secret, settings.salesforce_token]
        secrets += [settings.salesforce_private_key, settings.salesforce_refresh_token]
    return _digest([*named, *(secret.get_secret_value() for secret in secrets)])


def _budget(settings: Environment, side: Side, mapping: Mapping | None) -> Budget:
    """An account's budget, which all processes share that sign in with the same settings; HubSpot's has windows."""
    named = fingerprint(settings, side)
    if side is Side.MARKETING:
        reserve = mapping.budget.hubspot_reserve if mapping else 0.0
        return Budget(f"HubSpot:{named}", hubspot_windows(), settings.redis_url, reserve)
    reserve = mapping.budget.salesforce_reserve if mapping else 0.0
    return Budget(f"Salesforce:{named}", {}, settings.redis_url, reserve)


def _hubspot(settings: Environment, budget: Budget) -> Connector:
    from connectors.hubspot import App, HubSpotConnector

    refresh_token = settings.hubspot_refresh_token.get_secret_value()
    ways = {"HUBSPOT_TOKEN": settings.hubspot_token.get_secret_value(), "HUBSPOT_REFRESH_TOKEN": refresh_token}
    match _only(ways):
        case "HUBSPOT_TOKEN":
            return HubSpotConnector(settings.hubspot_url, ways["HUBSPOT_TOKEN"], budget=budget)
        case "HUBSPOT_REFRESH_TOKEN":
            _need(settings, "HUBSPOT_REFRESH_TOKEN", "hubspot_client_id", "hubspot_client_secret")
            app = App(settings.hubspot_client_id, settings.hubspot_client_secret.get_secret_value(), refresh_token)
            return HubSpotConnector(
                settings.hubspot_url, app, keeper=_Kept("hubspot", refresh_token, settings), budget=budget
            )
    raise SettingsError(
        f"{PREFIX}HUBSPOT_TOKEN is not set: give it a HubSpot service key, or set {PREFIX}HUBSPOT_CLIENT_ID, "
        "_CLIENT_SECRET and _REFRESH_TOKEN of an OAuth app (see docs/setup.md)"
    )


def _salesforce(settings: Environment, budget: Budget) -> SalesforceConnector:
    from connectors.salesforce import ClientCredentials, JwtBearer, RefreshToken, SalesforceConnector

    url = settings.salesforce_url
    if not url:
        raise SettingsError(f"{PREFIX}SALESFORCE_URL is not set: give it https://YOUR-DOMAIN.my.salesforce.com")
    client_id, secret = settings.salesforce_client_id, settings.salesforce_client_secret.get_secret_value()
    ways = {
        "SALESFORCE_TOKEN": settings.salesforce_token.get_secret_value(),
        "SALESFORCE_PRIVATE_KEY": settings.salesforce_private_key.get_secret_value(),
        "SALESFORCE_REFRESH_TOKEN": settings.salesforce_refresh_token.get_secret_value(),
    }
    match _only(ways):
        case "SALESFORCE_TOKEN":
            return SalesforceConnector(url, ways["SALESFORCE_TOKEN"], budget=budget)
        case "SALESFORCE_PRIVATE_KEY":
            _need(settings, "SALESFORCE_PRIVATE_KEY", "salesforce_client_id", "salesforce_username")
            key = ways["SALESFORCE_PRIVATE_KEY"].replace("\\n", "\n")  # a variable often has its line ends written out
            return SalesforceConnector(url, JwtBearer(client_id, settings.salesforce_username, key), budget=budget)
        case "SALESFORCE_REFRESH_TOKEN":
            _need(settings, "SALESFORCE_REFRESH_TOKEN", "salesforce_client_id", "salesforce_client_secret")
            login = RefreshToken(client_id, secret, ways["SALESFORCE_REFRESH_TOKEN"])
            kept = _Kept("salesforce", login.refresh_token, settings)
            return SalesforceConnector(url, login, keeper=kept, budget=budget)
    if client_id and secret:
        return SalesforceConnector(url, ClientCredentials(client_id, secret), budget=budget)
    raise SettingsError(
        f"Salesforce has no way to sign in: set {PREFIX}SALESFORCE_CLIENT_ID and _CLIENT_SECRET of an External Client "
        "App with the client credentials flow, or one of the other ways of docs/setup.md"
    )


def _only(ways: dict[str, str]) -> str | None:
    """The one way that is set. Two would leave it open who signs in."""
    chosen = [name for name, value in ways.items() if value]
    if len(chosen) > 1:
        raise SettingsError(f"{' and '.join(PREFIX + name for name in chosen)} are both set: keep one way to sign in")
    return chosen[0] if chosen else None


def _need(settings: Environment, way: str, *names: str) -> None:
    for name in names:
        value = getattr(settings, name)
        if not (value if isinstance(value, str) else value.get_secret_value()):
            raise SettingsError(f"{PREFIX}{way} needs {PREFIX}{name.upper()} as well: set it (see docs/setup.md)")


class _Known:
    """The store's memory, asked when it is first needed: connectors are built before Django starts."""

    def recall(self, key: str) -> Any:
        from store import known

        return known.recall(key)

    def learn(self, key: str, value: Any) -> None:
        from store import known

        known.learn(key, value)


class _Kept:
    """The store's keeper, made when it is first needed: connectors are built before Django starts."""

    def __init__(self, name: str, refresh_token: str, settings: Environment) -> None:
        # The client's secret may be replaced, and the kept refresh token lives on: it is no part of the source.
        address, client_id = getattr(settings, f"{name}_url"), getattr(settings, f"{name}_client_id")
        self._about = (name, _digest([address, client_id, refresh_token]), field_keys(settings))

    @cached_property
    def _keeper(self) -> Keeper:
        from store.tokens import TokenKeeper

        return TokenKeeper(*self._about)

    def load(self) -> Grant | None:
        return self._keeper.load()

    def renew(self, stale: Grant | None, fetch: Callable[[Grant | None], Grant]) -> Grant:
        return self._keeper.renew(stale, fetch)


def _digest(parts: Sequence[str]) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
