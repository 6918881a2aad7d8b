"""Which object of the mapping comes before which: parents before the children whose references lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

Leads = Mapping[str, Mapping[str, str]]
"""By object, its references: by field, the object that it leads to."""


def parents_first(leads: Leads) -> list[str]:
    """The objects, each after those that its references lead to; else in the order of the mapping.

    A reference to the own object says nothing about the order. Raises CycleError.

    >>> parents_first({"contact": {"account": "company"}, "company": {"parent": "company"}})
    ['company', 'contact']
    """
    sorter = TopologicalSorter({name: _parents(leads, name) for name in leads})
    sorter.prepare()
    found: list[str] = []
    while sorter.is_active():
        ready = set(sorter.get_ready())
        found += [name for name in leads if name in ready]
        sorter.done(*ready)
    return found


def misled(leads: Leads) -> list[tuple[str, str, str]]:
    """What is wrong with references, by object and field, and how to mend it."""
    unknown = [
        (name, field, f"`to: {to}` is no object of this mapping: map it under `objects`, or correct the name")
        for name, fields in leads.items()
        for field, to in fields.items()
        if to not in leads
    ]
    if unknown:
        return unknown
    try:
        parents_first(leads)
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        words = " and ".join(sorted(circle))
        why = f"{words} lead to each other, so that neither can be made first: take one of these references out"
        return [
            (name, field, why)
            for name, fields in leads.items()
            for field, to in fields.items()
            if name in circle and to in circle and name != to
        ]
    return []


def _parents(leads: Leads, name: str) -> list[str]:
    return [to for to in leads[name].values() if to in leads and to != name]
