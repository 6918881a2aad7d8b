"""Gates in Salesforce: what would be deployed and what it would refuse, the deployment, and the way back.

What is deployed is remembered before it is, so that only that is ever taken away again. An administrator signs in for
one command, as for a setup (setting_up.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from config.environment import SettingsError
from config.yaml_file import ConfigError, Loc
from connectors.base import Connector, Unauthorized
from connectors.salesforce import SalesforceConnector, schema
from connectors.salesforce import gates as organisation
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.source import Component, write_project
from crm.record import Side
from rules.formula import BYPASS, MAY_OVERRIDE, ValidationRule
from rules.language import Language, Rule
from store import known
from wiring.gate_rules import backend_of, gates_of, in_hubspot, validation_rules

if TYPE_CHECKING:
    from wiring.service import Service

_MADE = "gates made"
_ASSIGNED = "PermissionSetAssignment"
_FIND = {"CustomPermission": organisation.permissions, "PermissionSet": organisation.permission_sets}
_SHOWN = ("active", "errorConditionFormula", "errorMessage", "errorDisplayField")
State = Literal["new", "same", "changed", "drifted", "foreign"]
"""Drifted: somebody changed in Salesforce what we deployed. Foreign: of our name, and not deployed from here."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One validation rule: what it is, how it stands in the organisation, and how many open records it would refuse."""

    made: ValidationRule
    state: State
    refuses: int | None


@dataclass(slots=True)
class Gates:
    """All gates of the rules. `is_checked`: Salesforce has looked at every formula, and takes it."""

    planned: list[Planned] = field(default_factory=list)
    by_hand: list[tuple[Rule, list[str]]] = field(default_factory=list)
    held: list[Rule] = field(default_factory=list)
    """Those that our own sync keeps."""
    stale: list[str] = field(default_factory=list)
    """Full names of what we deployed for rules that are no gates any more."""
    conversion_validates: bool | None = None
    is_checked: bool = False
    language: Language = "en"

    @property
    def is_for_managers(self) -> bool:
        return any(f"$Permission.{MAY_OVERRIDE}" in each.made.formula for each in self.planned)

    @property
    def components(self) -> list[Component]:
        """Everything that the organisation needs, as a deployment holds it."""
        names = [BYPASS, *([MAY_OVERRIDE] if self.is_for_managers else [])]
        rules = [Component("ValidationRule", each.made.full_name, metadata_of(each.made)) for each in self.planned]
        return [*(part for name in names for part in _permission(name)), *rules] if rules else []


_LABELS = {
    BYPASS: "Entente: integration users pass every gate",
    MAY_OVERRIDE: "Entente: a reason of this user passes gates",
}


def _permission(name: str) -> tuple[Component, Component]:
    """A custom permission, and the permission set of the same name that gives it."""
    granted = {"label": _LABELS[name], "customPermissions": [{"enabled": True, "name": name}]}
    return Component("CustomPermission", name, {"label": _LABELS[name]}), Component("PermissionSet", name, granted)


def metadata_of(made: ValidationRule) -> dict[str, Any]:
    """A validation rule as Salesforce keeps it."""
    shown_at = {"errorDisplayField": made.shown_at} if made.shown_at else {}
    return {
        "active": True,
        "description": f"Deployed by Entente from the rule {made.rule}. Change it there.",
        "errorConditionFormula": made.formula,
        "errorMessage": made.message,
        **shown_at,
    }


def plan(service: Service, client: SalesforceClient) -> Gates:
    """Every gate with its state; nothing is written. Raises ConfigError by rule and line for what cannot be a formula,
    and for what Salesforce refuses, where this user may ask it."""
    _check_fields(service)
    gates = Gates(language="fr" if organisation.language(client).startswith("fr") else "en")
    made = validation_rules(service, gates.language)
    kept = _kept()
    there = organisation.deployed(
        client, sorted({each.name for each in made} | {_name(each) for each in kept["rules"]})
    )
    for each in made:
        state = _state(metadata_of(each), there.get(each.full_name), kept["rules"].get(each.full_name))
        gates.planned.append(Planned(each, state, organisation.count(client, each.object, each.count)))
    gates.stale = sorted((set(kept["rules"]) & set(there)) - {each.full_name for each in made})
    if any(each.object == "Lead" for each in made):
        gates.conversion_validates = organisation.conversion_validates(client)
    for rule in gates_of(service):
        _elsewhere(service, rule, gates)
    _refuse_foreign(service, gates)
    try:
        _refuse(service, made, organisation.deploy(client, gates.components, check_only=True) if made else [])
        gates.is_checked = True
    except Unauthorized:
        gates.is_checked = False  # the everyday user need not be allowed to deploy: an administrator is
    return gates


def deploy(service: Service, client: SalesforceClient, gates: Gates) -> None:
    """What was planned stands in the organisation, and the user with whom Entente signs in passes every gate; what we
    deployed for other rules is gone. Raises SettingsError where Salesforce has not looked at the formulas yet."""
    if gates.planned and not gates.is_checked:
        raise SettingsError("this user may not deploy: sign in as an administrator with --admin")
    before = _kept()
    wanted = {each.made.full_name: _shown(metadata_of(each.made)) for each in gates.planned}
    ours = {each.made.full_name for each in gates.planned if each.state == "new"} | set(before["rules"])
    rules = {name: shown for name, shown in wanted.items() if name in ours}
    missing = _missing_parts(client, gates)
    if missing or any(each.state != "same" for each in gates.planned):
        _keep(client, before["rules"] | rules, [*before["parts"], *missing])
        try:
            made = [each.made for each in gates.planned]
            _refuse(service, made, organisation.deploy(client, gates.components, check_only=False))
        except ConfigError:
            _keep(client, before["rules"], before["parts"])  # refused as a whole: nothing of it is there
            raise
    if gates.stale:
        _refuse(service, [], organisation.destroy(client, _rules(gates.stale)))
    parts = [*before["parts"], *missing]
    if gates.planned and organisation.assign(client, BYPASS, _everyday_user(service)):
        parts.append([_ASSIGNED, BYPASS])
    _keep(client, rules, parts)


def _missing_parts(client: SalesforceClient, gates: Gates) -> list[list[str]]:
    """The permissions that are not there yet, as type and name."""
    parts = [[each.type, each.full_name] for each in gates.components if each.type != "ValidationRule"]
    names = sorted({name for _, name in parts})
    there = {kind: find(client, names) for kind, find in _FIND.items()} if names else {}
    return [[kind, name] for kind, name in parts if name not in there[kind]]


def remove(service: Service, client: SalesforceClient) -> list[str]:
    """What we deployed is gone, and nothing else; returns the names of what was there."""
    kept = _kept()
    if not kept["rules"] and not kept["parts"]:
        return []
    if kept["account"] != client.user_and_organization()[1]:
        raise SettingsError(f"these gates were deployed to the organisation {kept['account']}: sign in there")
    for kind, name in kept["parts"]:
        if kind == "PermissionSet":
            organisation.unassign(client, name)  # a permission set that somebody has cannot be deleted
        if kind == _ASSIGNED:
            organisation.unassign(client, name, _everyday_user(service))
    parts = [Component(kind, name, {}) for kind, name in kept["parts"] if kind != _ASSIGNED]
    components = [*_rules(kept["rules"]), *parts]
    _refuse(service, [], organisation.destroy(client, components))
    known.forget(_MADE)
    return list(dict.fromkeys(each.full_name for each in components))


def client_of(connector: Connector) -> SalesforceClient:
    """Who speaks to the organisation. Raises SettingsError where sales is no Salesforce."""
    if not isinstance(connector, SalesforceConnector):
        raise SettingsError(f"{connector.system} has no validation rules: these gates are for Salesforce")
    return connector.client


def _everyday_user(service: Service) -> str:
    return client_of(service.connectors[Side.SALES]).user_and_organization()[0]


def export(service: Service, client: SalesforceClient, directory: Path) -> list[Path]:
    """All of it as Salesforce DX source; returns the files. Nothing is changed in the organisation."""
    _check_fields(service)
    gates = Gates(language="fr" if organisation.language(client).startswith("fr") else "en")
    gates.planned = [Planned(each, "new", None) for each in validation_rules(service, gates.language)]
    return write_project(directory, gates.components, "gates.xml") if gates.planned else []


def _elsewhere(service: Service, rule: Rule, gates: Gates) -> None:
    """A gate that does not live in Salesforce."""
    match backend_of(rule):
        case "sync_hold":
            gates.held.append(rule)
        case "hubspot_conditional_property":
            gates.by_hand.append((rule, in_hubspot(service, rule)))
        case "advice_only":
            gates.by_hand.append((rule, ["Nothing to deploy: the rule is shown as needed, and nobody is stopped."]))


def _check_fields(service: Service) -> None:
    """The fields by which a gate is passed are there: without them Salesforce knows no such formula."""
    connector = service.connectors[Side.SALES]
    for name in service.configuration.with_ways_out:
        if not set(schema.WAYS_OUT) <= set(known.described(Side.SALES, connector, name)):
            known.forget("schema.")
            raise SettingsError(
                f"salesforce {name} has no fields {' and '.join(schema.WAYS_OUT)} yet, by which a person passes a "
                "gate: run `entente setup`, which shows what it would add and asks first"
            )


def _refuse(service: Service, made: Sequence[ValidationRule], failures: Sequence[organisation.Failure]) -> None:
    """Raises ConfigError that names rule and line of each formula that Salesforce does not take."""
    by_name = {each.full_name: _place(service, each.rule) for each in made}
    if failures:
        raise service.configuration.rules_file.refusal(
            (by_name.get(each.full_name, ()), f"Salesforce refuses {each.full_name}: {each.problem}")
            for each in failures
        )


def _place(service: Service, name: str) -> Loc:
    """Where the gate of a rule stands in the file."""
    rules = service.configuration.rules.rules
    return "rules", next(index for index, rule in enumerate(rules) if rule.id == name), "enforcement", "gate"


def _refuse_foreign(service: Service, gates: Gates) -> None:
    """What somebody else made under our name is not overwritten."""
    text = "Salesforce has another validation rule {}, which was not deployed from here: delete it"
    foreign = [each.made for each in gates.planned if each.state == "foreign"]
    if foreign:
        raise service.configuration.rules_file.refusal(
            (_place(service, each.rule), text.format(each.full_name)) for each in foreign
        )


def _state(wanted: Mapping[str, Any], found: Mapping[str, Any] | None, remembered: Mapping[str, Any] | None) -> State:
    if found is None:
        return "new"
    if _shown(found) == _shown(wanted):
        return "same"
    if remembered is None:
        return "foreign"
    return "changed" if _shown(found) == remembered else "drifted"


def _shown(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: metadata.get(name) or None for name in _SHOWN}


def _rules(full_names: Sequence[str] | Mapping[str, Any]) -> list[Component]:
    return [Component("ValidationRule", name, {}) for name in full_names]


def _name(full_name: str) -> str:
    return full_name.partition(".")[2]


def _kept() -> dict[str, Any]:
    """What was deployed from here: by full name, as it was deployed, and the permissions that were not there before."""
    return known.recall(_MADE) or {"rules": {}, "parts": []}


def _keep(client: SalesforceClient, rules: Mapping[str, Any], parts: Sequence[Sequence[str]]) -> None:
    if not rules and not parts:
        known.forget(_MADE)
        return
    about = {"account": client.user_and_organization()[1], "rules": dict(rules)}
    known.learn(_MADE, {**about, "parts": sorted({tuple(part) for part in parts})})
