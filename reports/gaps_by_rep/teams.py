"""What is open in each team: one row for each manager and rule, counted by the store; the same gaps as rep by rep."""

from __future__ import annotations

from reports.gaps_by_rep.rows import Whose
from reports.stored import stored_objects
from reports.table import Column, Table
from reports.words import name_key, words
from rules.language import Language, RuleSet
from store.sql import moment, rows
from sync.mapping import Mapping


def gaps_by_team(mapping: Mapping, rules: RuleSet, language: Language = "en") -> Table:
    """The open gaps that reps owe, by their manager's name and by rule: how many, with how many people, how long the
    answers take, and since when the oldest is open. Raises NothingRead where the store is empty.
    """
    stored_objects(mapping)
    word, whose = words(language), Whose(rules, asked=True)
    where, parameters = whose.where() if not whose.is_empty else ("1 = 0", [])
    found = rows(
        f"""SELECT COALESCE(r.team, ''), g.rule, COUNT(*), COUNT(DISTINCT g.rep), MIN(g.since)
            FROM store_gap g LEFT JOIN store_rep r ON r.id = g.rep
            WHERE {where} AND g.rep IS NOT NULL GROUP BY 1, 2""",
        parameters,
    )
    order = list(whose.known)
    lines = [
        (team or word["no_team"], rule, getattr(whose.known[rule].title, language), number, people,
         whose.known[rule].fix.seconds * number, moment(since).isoformat())
        for team, rule, number, people, since in sorted(found, key=lambda row: (name_key(row[0]), order.index(row[1])))
    ]  # fmt: skip
    columns = (
        Column("team", word["team"]), Column("rule", word["rule"]), Column("title", word["obligation"]),
        Column("open", word["number_open"], "count"), Column("people", word["people"], "count"),
        Column("seconds", word["seconds"], "count"), Column("since", word["age"]),
    )  # fmt: skip
    return Table(word["gaps_by_team"], columns, tuple(lines))
