"""The rule file: the seventeen sample rules load, and every breakage is refused with rule, line and mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.yaml_file import ConfigError, YamlFile
from crm.record import Side
from rules.compile import compile_rules
from rules.facts import Catalog
from rules.language import RuleSet, fields_read, load_rules
from rules.lints import lints

SAMPLE = Path(__file__).resolve().parents[2] / ".." / "shared" / "design" / "sample_rules.yaml"
LoadFile = Callable[[str], YamlFile]


@pytest.fixture
def sample() -> str:
    if not SAMPLE.exists():
        pytest.skip(f"the sample rules are not there: {SAMPLE}")
    return SAMPLE.read_text(encoding="utf-8")


def in_rule(text: str, rule_id: str, old: str, new: str) -> str:
    """The text with one passage of one rule written otherwise; line numbers stay."""
    head, start, rest = text.partition(f"- id: {rule_id}")
    rule, then, tail = rest.partition("\n- id: ")
    assert old in rule, f"{rule_id} does not say {old}"
    return head + start + rule.replace(old, new, 1) + then + tail


def refusal(rule_file: LoadFile, text: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load_rules(rule_file(text))
    return str(refused.value)


def line_of(text: str, rule_id: str, passage: str) -> int:
    start = text.index(f"- id: {rule_id}")
    return text.count("\n", 0, text.index(passage, start)) + 1


def test_the_seventeen_sample_rules_load(sample: str, rule_file: LoadFile) -> None:
    ruleset = load_rules(rule_file(sample))

    assert len(ruleset.rules) == 17
    assert ruleset.budget.rep_seconds_per_week == 1500
    assert [rule.owed_by for rule in ruleset.rules].count(Side.SALES) == 10
    assert "n/a" in ruleset.folded_placeholders()


def test_the_rules_that_cannot_run_yet_are_refused_by_name_each_on_its_line(
    sample: str, rule_file: LoadFile, catalog: Catalog
) -> None:
    document = rule_file(sample)

    with pytest.raises(ConfigError) as refused:
        compile_rules(load_rules(document), catalog, document)

    lines = str(refused.value).splitlines()
    assert len(lines) == 17
    assert any(
        re.search(
            r"line 60: rules\[S03-email-valid\]\.exempt\[0\]\.when\.field: unknown field \"contact\.phone_only\"", line
        )
        for line in lines
    )


BREAKAGES = [
    pytest.param(
        ("S03-email-valid", "enforcement: {level: remind}", "enforcement: {levl: remind}"),
        ("enforcement: {levl", 'rules[S03-email-valid].enforcement.levl: unknown key; did you mean "level"?'),
        id="an unknown key",
    ),
    pytest.param(
        ("S04-key-contact-fresh", ', fr: "Environ un contact B2B sur cinq', ', xx: "Environ un contact B2B sur cinq'),
        ("why:", 'rules[S04-key-contact-fresh].why: missing; add "fr: ..."'),
        id="a why in one language only",
    ),
    pytest.param(
        (
            "S06-accept-or-reject-reason",
            'observe_days: 30, gate: {transition: "msql.stage -> rejected", backend: salesforce_validation_rule, '
            "override: rep_with_reason}",
            "observe_days: 30",
        ),
        ("enforcement:", "rules[S06-accept-or-reject-reason].enforcement: a gate needs its gate block; add "),
        id="a gate without a gate block",
    ),
    pytest.param(
        ("S08-competitor-on-closed-lost", "agreed_by: [sales, marketing]", "agreed_by: [sales, works_council]"),
        (
            "agreed_by:",
            "rules[S08-competitor-on-closed-lost].agreed_by: a gate needs both sides' agreement; marketing must agree",
        ),
        id="a gate not agreed by both sides",
    ),
    pytest.param(
        ("S09-consent-evidence", ", last_used: 2026-11-20", ""),
        ("used_for:", "rules[S09-consent-evidence].used_for: a gate needs proof of use; add "),
        id="a gate without proof of use",
    ),
    pytest.param(
        ("S06-accept-or-reject-reason", ", unknown_ok: {value: other, counts_as: partial, max_share: 0.2}", ""),
        ("check:", "rules[S06-accept-or-reject-reason].check: a gate needs an honest way out; add unknown_ok "),
        id="a gate without an honest way out",
    ),
    pytest.param(
        ("M02-campaign-attached", "gives_back:", "# gives_back:"),
        ("enforcement:", "rules[M02-campaign-attached].enforcement: remind needs gives_back; say what "),
        id="remind without gives_back",
    ),
    pytest.param(
        ("S05-msql-first-contact", "business_hours: 4,", "business_hours: 4, business_days: 1,"),
        (
            "check:",
            "rules[S05-msql-first-contact].check.business_days: a clock runs in hours or in days, not both; remove ",
        ),
        id="a clock with both hours and days",
    ),
]


@pytest.mark.parametrize(("change", "expected"), BREAKAGES)
def test_a_breakage_is_refused_with_rule_line_and_mend(
    sample: str, rule_file: LoadFile, change: tuple[str, str, str], expected: tuple[str, str]
) -> None:
    broken = in_rule(sample, *change)
    passage, message = expected

    said = refusal(rule_file, broken)

    assert f"line {line_of(broken, change[0], passage)}: {message}" in said


def test_more_than_three_sales_obligations_for_each_on_marketing_are_refused(sample: str, rule_file: LoadFile) -> None:
    ten_to_four = in_rule(sample, "M02-campaign-attached", "level: remind", "level: observe")
    ten_to_three = in_rule(ten_to_four, "M03-collateral-answered", "level: remind", "level: observe")

    balanced = load_rules(rule_file(ten_to_four))
    said = refusal(rule_file, ten_to_three)

    tenth = f"line {line_of(sample, 'S10-contact-roles', 'direction')}: rules[S10-contact-roles].direction"
    assert len(balanced.rules) == 17
    assert f"{tenth}: 10 obligations on sales against 3 on marketing (remind or gate)" in said
    assert "at most 3 to 1; add one on marketing, or use level: observe" in said


def test_all_problems_of_a_file_are_listed_at_once(sample: str, rule_file: LoadFile) -> None:
    broken = in_rule(sample, "S01-msql-core-fields", "severity: major", "severity: huge")
    broken = in_rule(broken, "S09-consent-evidence", "agreed_by: [sales, marketing]", "agreed_by: [sales]")
    broken = in_rule(broken, "M06-alignment-meeting", "kind: cadence", "kind: cadense")

    said = refusal(rule_file, broken).splitlines()

    assert len(said) == 3
    assert (
        'rules[S01-msql-core-fields].severity: "huge" is not known here; use one of: minor, major, critical' in said[0]
    )
    assert "rules[S09-consent-evidence].agreed_by: a gate needs both sides' agreement; marketing must agree" in said[1]
    assert 'rules[M06-alignment-meeting].check: "cadense" is not known here; did you mean "cadence"?' in said[2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("S02-segment-if-enterprise", "op: gt,", "op: gtt,"),
            '.applies_when.all[0].op: "gtt" is not known here; did you',
        ),
        (("S02-segment-if-enterprise", "value: 500", "valu: 500"), '.all[0].valu: unknown key; did you mean "value"?'),
        (
            ("S02-segment-if-enterprise", "counts_as: met", "counts_as: meet"),
            'unknown_ok.counts_as: "meet" is not known',
        ),
        (("S03-email-valid", "kind: format, ", ""), '.check: missing; add "kind: ..."'),
        (
            ("S03-email-valid", "field: contact.email", "fields: contact.email"),
            'check.fields: unknown key; did you mean "fi',
        ),
        (
            ("S03-email-valid", "when: {field: contact.phone_only, op: eq, value: true}, ", ""),
            "it would exempt everything",
        ),
        (
            ("S05-msql-first-contact", "business_hours: 4, ", ""),
            '.check: a clock is missing; add "business_hours: ..."',
        ),
        (
            ("S06-accept-or-reject-reason", "observe_days: 30", "observe_days: 7"),
            "greater than or equal to 14 (found 7)",
        ),
        (("S06-accept-or-reject-reason", "msql.stage -> rejected", "msql.stage"), "enforcement.gate.transition: "),
        (("M06-alignment-meeting", "kind: cadence, ", "kind: cadence, every_day: 3, "), 'did you mean "every_days"?'),
        (("M06-alignment-meeting", "every_days: 35", 'every_days: "35"'), "valid integer"),
        (
            ("M05-battlecard-fresh", "M05-battlecard-fresh", "M04-feedback-answered"),
            "comes twice; give this rule another",
        ),
    ],
)
def test_other_slips_are_named_at_their_key(
    sample: str, rule_file: LoadFile, change: tuple[str, str, str], message: str
) -> None:
    rule_id, old, new = change
    broken = sample.replace(f"- id: {old}", f"- id: {new}") if old == rule_id else in_rule(sample, rule_id, old, new)

    said = refusal(rule_file, broken)

    assert message in said
    assert re.search(r"rules\.yaml, line \d+: ", said)


def test_a_transition_has_no_more_gates_than_the_budget_allows(sample: str, rule_file: LoadFile) -> None:
    broken = sample.replace("gates_per_transition: 5", "gates_per_transition: 1")
    broken = in_rule(broken, "S09-consent-evidence", "contact.marketing_status -> opted_in", "msql.stage -> rejected")

    said = refusal(rule_file, broken)

    assert "rules[S09-consent-evidence].enforcement.gate: gate number 2 on msql.stage -> rejected, at most 1" in said


def test_fields_read_names_what_any_rule_reads_of_an_object(sample: str, rule_file: LoadFile) -> None:
    ruleset = load_rules(rule_file(sample))

    assert fields_read(ruleset, "account") == {"industry", "employees", "key_contact", "key_contact_role", "status"}
    assert fields_read(ruleset, "msql") == {
        "temperature",
        "reject_reason",
        "reason_to_call",
        "last_content",
        "score_explained",
    }


def test_ages_are_noted_and_never_refused(sample: str, rule_file: LoadFile) -> None:
    ruleset = load_rules(rule_file(sample))

    said = {f"{ruleset.rules[int(loc[1])].id} {message}" for loc, message in lints(ruleset, date(2027, 2, 1))}

    assert "S05-msql-first-contact was to be reviewed by 2027-01-31: review it and set a new date" in said
    assert "S05-msql-first-contact ended on 2027-01-31: remove it, or set a new date" in said
    assert any(line.startswith("S10-contact-roles last used 2026-10-15, more than 90 days ago") for line in said)
    assert not any(line.startswith("S03-email-valid") for line in said)
    assert list(lints(ruleset, date(2026, 11, 23))) == []


def test_a_date_of_use_to_come_and_parts_without_effect_are_noted(a_rule: Callable[..., dict[str, Any]]) -> None:
    gate = {"transition": "contact.stage -> sql", "backend": "sync_hold", "override": "manager"}
    used_for = [{"what": {"en": "campaigns", "fr": "campagnes"}, "last_used": date(2026, 12, 1)}]
    rule = a_rule(enforcement={"level": "observe", "gate": gate}, clock={"calendar": "france"}, used_for=used_for)
    ruleset = RuleSet.model_validate({"version": 1, "rules": [rule]})

    said = [message for _, message in lints(ruleset, date(2026, 11, 23))]

    assert said == [
        "last used 2026-12-01, which is still to come: correct the date",
        "has no effect at level observe: set level: gate, or remove it",
        "has no effect on a required check: remove it",
    ]
