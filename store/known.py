"""Small facts about the installation: what it is bound to, described schemas, fingerprints of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connectors.base import Connector, FieldInfo, RequestRefused, Unauthorized
from crm.record import Side
from store.models import Known
from store.sql import now, rows

HOUR = 60 * 60 * 1000


class OtherAccount(Exception):
    """The token belongs to another portal or organisation than the one that this store was filled from."""


def recall(key: str, max_age: int | None = None) -> Any:
    """What is known under a key, or `None`; `max_age` in milliseconds."""
    found = Known.objects.filter(key=key).first()
    if found is None or (max_age is not None and found.read_at < now() - max_age):
        return None
    return found.value


def learned(but: str) -> str:
    """Changes whenever something is learned or forgotten, other than under keys that begin with one of these words."""
    ignored = tuple(but.split())
    found = rows("SELECT key, read_at FROM store_known ORDER BY key")
    return repr([each for each in found if not each[0].startswith(ignored)])


def learn(key: str, value: Any) -> None:
    """Remember a value under a key."""
    Known.objects.bulk_create(
        [Known(key=key, value=value, read_at=now())],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["value", "read_at"],
    )


def forget(prefix: str) -> None:
    """Forget every value whose key begins so."""
    Known.objects.filter(key__startswith=prefix).delete()


def bind(connectors: Mapping[Side, Connector], fingerprints: Mapping[Side, str]) -> None:
    """Bind the store to the accounts behind the connectors at the first run; afterwards refuse any other.

    `fingerprints` change with the address and the token: only then is the account asked again. Raises OtherAccount.
    """
    for side, connector in connectors.items():
        known = recall(f"account.{side}") or {}
        if known.get("fingerprint") == fingerprints[side]:
            continue
        account = connector.account()
        if known and known["account"] != account:
            raise OtherAccount(
                f"{connector.system} answers for account {account}, but this store belongs to {known['account']}: "
                f"use that account's token, or another database for this account (a Salesforce sandbox that was "
                f"refreshed is another one)"
            )
        learn(f"account.{side}", {"account": account, "fingerprint": fingerprints[side]})


def bound(side: Side) -> str | None:
    """The account that this store was filled from on a side; `None` before the first pass."""
    known = recall(f"account.{side}")
    return str(known["account"]) if known else None


def described(side: Side, connector: Connector, object_name: str, *, optional: bool = False) -> dict[str, FieldInfo]:
    """The fields of a system's object, asked again after an hour; none where it is `optional` and cannot be read."""
    key = f"schema.{side}.{object_name}"
    found = recall(key, max_age=HOUR)
    if found is None:
        found = [_packed(info) for info in _asked(connector, object_name, optional=optional).values()]
        learn(key, found)
    return _described(found)


def _asked(connector: Connector, object_name: str, *, optional: bool) -> Mapping[str, FieldInfo]:
    try:
        return connector.describe(object_name)
    except (RequestRefused, Unauthorized):
        if not optional:
            raise
        return {}


def last_described(side: Side, object_name: str) -> dict[str, FieldInfo]:
    """The fields of a system's object as they were last described, however long ago; empty before the first pass."""
    return _described(recall(f"schema.{side}.{object_name}") or [])


def accepted(side: Side, object_name: str) -> dict[str, tuple[str, FieldInfo]]:
    """By field of a system's object, a fingerprint of its mapping line, and the field as it was when that began."""
    found = recall(f"accepted.{side}.{object_name}") or {}
    infos = _described([each["info"] for each in found.values()])
    return {name: (each["line"], infos[name]) for name, each in found.items()}


def accept(side: Side, object_name: str, fields: Mapping[str, tuple[str, FieldInfo]]) -> None:
    """Later descriptions of these fields are compared with these."""
    learn(
        f"accepted.{side}.{object_name}",
        {name: {"line": line, "info": _packed(info)} for name, (line, info) in fields.items()},
    )


def _packed(info: FieldInfo) -> dict[str, Any]:
    return asdict(info) | {"options": sorted(info.options) if info.options is not None else None}


def _described(found: list[dict[str, Any]]) -> dict[str, FieldInfo]:
    sets = {"options": frozenset, "offered": tuple}
    return {
        each["name"]: FieldInfo(
            **{name: sets[name](value) if name in sets and value is not None else value for name, value in each.items()}
        )
        for each in found
    }
