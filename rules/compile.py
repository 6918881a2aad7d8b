"""Turns a rule into one SQL text over the facts of its object: the only evaluator there is.

The same text answers for all records, for the few that changed (`sql_for`), in Postgres and in SQLite (`for_sqlite`).
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.checks import BUILT, Failing
from rules.compare import Comparison
from rules.conditions import Condition, Loc
from rules.facts import STAGE, CannotCompile, Catalog, Fact, Parameter, Sql, joined
from rules.language import Document, Exemption, Rule, RuleSet

EVERY_RECORD = Sql("(1 = 1)")


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule as a SELECT of `(ref, rep, missing)`: the records that do not meet it.

    `rep` is `None` where nobody owns the record, or where the record's rep is not the one who owes; `missing` holds
    field names joined by commas.
    """

    rule: str
    object: str
    sql: str
    parameters: tuple[Parameter, ...]

    def sql_for(self, refs_count: int) -> str:
        """The same question for as many records; their refs follow `parameters`. One at least."""
        if refs_count < 1:
            raise ValueError("a rule is asked for one record at least")
        return f"{self.sql} AND ref IN ({', '.join(['%s'] * refs_count)})"


def for_sqlite(sql: str) -> str:
    """The text with SQLite's placeholders; it holds no other `%s`, since values are never written into it."""
    return sql.replace("%s", "?")


def facts_table(object_name: str) -> str:
    """The name of an object's table of facts."""
    return f"facts_{object_name}"


def compile_rules(ruleset: RuleSet, catalog: Catalog, document: Document) -> tuple[CompiledRule, ...]:
    """All rules in file order. Raises the document's error with one line for each rule that cannot run."""
    compiled: list[CompiledRule] = []
    problems: list[tuple[Loc, str]] = []
    for index, rule in enumerate(ruleset.rules):
        try:
            compiled.append(compile_rule(rule, catalog))
        except CannotCompile as refused:
            problems.append((("rules", index, *refused.where), refused.message))
    if problems:
        raise document.refusal(problems)
    return tuple(compiled)


def compile_rule(rule: Rule, catalog: Catalog) -> CompiledRule:
    """One rule as SQL. Raises CannotCompile that names the rule, the place in it and the mend."""
    try:
        return _compiled(rule, catalog)
    except CannotCompile as refused:
        raise CannotCompile(refused.where, refused.message, rule.id) from None


def compile_condition(condition: Condition, object_name: str, catalog: Catalog, where: Loc = ()) -> Sql:
    """A condition as the text of a WHERE with its parameters, true or false for every record.

    Raises CannotCompile that names the place (below `where`) and the mend.
    """
    if condition.field is not None:
        return _leaf(condition, object_name, catalog, where)
    parts = [compile_condition(part, object_name, catalog, where + loc) for loc, part in condition.branches()]
    if condition.not_ is not None:
        return ~parts[0]
    return joined("AND" if condition.all else "OR", parts)


def _compiled(rule: Rule, catalog: Catalog) -> CompiledRule:
    catalog.object(rule.object, ("object",))
    where = joined("AND", [Sql("counted = 1"), _applies(rule, catalog), *_not_exempt(rule, catalog)])
    failing = _failing(rule, catalog)
    rep = "rep" if rule.is_owed_by_the_rep else "CAST(NULL AS TEXT) AS rep"
    sql = (
        f"SELECT ref, {rep}, {failing.missing.text} AS missing FROM {facts_table(rule.object)} "
        f"WHERE {where.text} AND {failing.when.text}"
    )
    parameters = failing.missing.parameters + where.parameters + failing.when.parameters
    return CompiledRule(rule.id, rule.object, sql, parameters)


def _applies(rule: Rule, catalog: Catalog) -> Sql:
    if rule.applies_when is None:
        return EVERY_RECORD
    return compile_condition(rule.applies_when, rule.object, catalog, ("applies_when",))


def _not_exempt(rule: Rule, catalog: Catalog) -> list[Sql]:
    return [~_exempt(exemption, rule, catalog, ("exempt", index)) for index, exemption in enumerate(rule.exempt)]


def _exempt(exemption: Exemption, rule: Rule, catalog: Catalog, where: Loc) -> Sql:
    for key, written in (("who", exemption.who), ("until", exemption.until)):
        if written is not None:
            raise CannotCompile((*where, key), f"{key} is not built yet in an exemption; use when")
    assert exemption.when is not None, "an exemption names someone: see Exemption"
    return compile_condition(exemption.when, rule.object, catalog, (*where, "when"))


def _failing(rule: Rule, catalog: Catalog) -> Failing:
    check = BUILT.get(rule.check.kind)
    if check is None:
        built = " and ".join(BUILT)
        raise CannotCompile(("check", "kind"), f"the check kind {rule.check.kind} is not built yet; use {built}")

    def read(path: str, where: Loc) -> Fact:
        return catalog.fact(path, rule.object, where)

    try:
        return check(rule.check, read)
    except CannotCompile as refused:
        raise CannotCompile(("check", *refused.where), refused.message) from None


def _leaf(condition: Condition, object_name: str, catalog: Catalog, where: Loc) -> Sql:
    assert condition.field is not None, "a leaf has a field: see Condition"
    assert condition.op is not None, "a leaf has an op: see Condition"
    if condition.op == "changed_to":
        raise CannotCompile((*where, "op"), "changed_to is not built yet; use eq, which reads the value as it stands")
    fact = catalog.fact(condition.field, object_name, (*where, "field"))
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    stages = catalog.object(object_name, where).stages if fact.name == STAGE else ()
    written = tuple(value for value in values if value is not None)
    try:
        return Comparison(fact, condition.op, written, stages).sql()
    except ValueError as unsuited:
        raise CannotCompile((*where, "value"), str(unsuited)) from None
