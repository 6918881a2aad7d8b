"""Finds, for records without a link, the record on the other side that is the same person; asks both memory and CRM.

What is stored answers first. Before a record would be created, the other system itself is asked, so that a person who
was entered there a moment ago is not made twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from connectors.base import Connector, key_of
from crm.record import Record, Ref, Side
from crm.values import FieldType, spellings
from sync.mapping import Mapping as FieldMapping
from sync.mapping import ObjectMap
from sync.match import Candidate, find_matches, joined
from sync.plan import Unresolved
from sync.ports import Links, Records


@dataclass(slots=True)
class Found:
    """Pairs of (marketing, sales) to link, lone records to create on the other side, and what a person must decide."""

    pairs: list[tuple[Ref, Ref]] = field(default_factory=list)
    lone: list[Ref] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


@dataclass(slots=True)
class Finder:
    """Matches the loose records of one object, a batch at a time."""

    mapping: FieldMapping
    object_map: ObjectMap
    connectors: Mapping[Side, Connector]
    records: Records
    links: Links

    def find(
        self, loose: Sequence[Record], taken: Set[Ref] = frozenset(), chosen: Sequence[tuple[Ref, Ref]] = ()
    ) -> Found:
        """What becomes of records without a link: a person's choice first, then by key, then by e-mail. `taken` are
        about to be linked; `chosen` are pairs of (marketing, sales)."""
        refs = [record.ref for record in loose]
        emails = self.records.emails(refs)
        self._ask(loose, emails)
        found = Found()
        paired = taken | self._by_choice(chosen, taken, found)
        paired |= self._by_key(refs, paired, found)
        clusters = joined(self.records.candidates(self.object_map.name, set().union(*emails.values())))
        for cluster in clusters:
            self._by_email(cluster, paired, found)
        known = paired | {each.ref for cluster in clusters for side in cluster.values() for each in side}
        found.lone += [
            record.ref
            for record in loose
            if record.ref not in known and not record.deleted and record.merged_into is None
        ]
        apart = self.records.kept_apart(found.lone)
        found.lone = [ref for ref in found.lone if ref not in apart]
        return found

    def _by_choice(self, chosen: Iterable[tuple[Ref, Ref]], taken: Set[Ref], found: Found) -> set[Ref]:
        """Pairs that a person chose, where both records are there and free."""
        chosen = list(chosen)
        everyone = {ref for pair in chosen for ref in pair}
        there = {
            ref
            for ref, record in self.records.load(everyone).items()
            if not record.deleted and record.merged_into is None
        }
        free = there - taken - self.links.linked(everyone)
        paired: set[Ref] = set()
        for pair in chosen:
            if set(pair) <= free - paired:
                found.pairs.append(pair)
                paired |= set(pair)
        return paired

    def _by_key(self, refs: Sequence[Ref], taken: Set[Ref], found: Found) -> set[Ref]:
        """Pairs of which one was made from the other, or which belonged together before, and both are free."""
        kin = [pair for pair in self.records.kin(refs) if pair[0].system != pair[1].system]
        taken |= self.links.linked({ref for pair in kin for ref in pair})
        paired: set[Ref] = set()
        for source, made in kin:
            if taken.isdisjoint((source, made)) and paired.isdisjoint((source, made)):
                marketing_first = source.system == self.connectors[Side.MARKETING].system
                found.pairs.append((source, made) if marketing_first else (made, source))
                paired |= {source, made}
        return paired

    def _by_email(self, cluster: Mapping[Side, Sequence[Candidate]], paired: Set[Ref], found: Found) -> None:
        marketing, sales = (
            [Candidate(each.ref, each.is_linked or each.ref in paired) for each in cluster.get(side, ())]
            for side in (Side.MARKETING, Side.SALES)
        )
        by = self.object_map.match_by
        shared = "domain" if by is not None and by.type is FieldType.DOMAIN else "e-mail"
        pairing = find_matches(marketing, sales, final_object=self.object_map.sales[-1], shared=shared)
        if pairing.marketing and pairing.sales:
            found.pairs.append((pairing.marketing, pairing.sales))
        else:
            found.lone += [ref for ref in (pairing.marketing, pairing.sales) if ref]
        everyone = tuple(each.ref for each in (*marketing, *sales))
        found.unresolved += [
            Unresolved(ref, "match", pairing.reason, tuple(other for other in everyone if other != ref))
            for ref in pairing.unresolved
        ]

    def _ask(self, loose: Sequence[Record], emails: Mapping[Ref, set[str]]) -> None:
        """Read from the other system whoever carries the e-mail or the key of a record that would be created there."""
        known = self.records.candidates(self.object_map.name, set().union(*emails.values()))
        for source in Side:
            target, connector = source.other, self.connectors[source.other]
            if self.object_map.created_as(target) is None:
                continue
            system = self.connectors[source].system
            asking = [
                record.ref
                for record in loose
                if record.ref.system == system
                and not record.deleted
                and not any(known.get(email, {}).get(target) for email in emails.get(record.ref, ()))
            ]
            if not asking:
                continue
            wanted = sorted(set().union(*(emails.get(ref, ()) for ref in asking)))
            for object_name in self.object_map.object_names(target):
                email_field = self.object_map.email_field(target, object_name)
                key = key_of(connector, object_name)
                criteria = {key: [str(ref) for ref in asking]} if key else {}
                fields = self.mapping.native_fields(self.object_map.name, target, object_name)
                if email_field in fields and wanted:
                    criteria[email_field] = self._written(target, wanted)
                if not criteria:
                    continue
                hits = connector.find_many(object_name, criteria, [*fields, key] if key else fields)
                self.records.save(self.object_map.name, target, hits)
                # Whoever is linked may have been edited since its last page: it is looked at for its own sake.
                self.records.touch(self.object_map.name, self.links.linked({hit.ref for hit in hits}))

    def _written(self, target: Side, wanted: Sequence[str]) -> list[str]:
        """How these may be written in a system; in HubSpot a domain is kept bare."""
        by = self.object_map.match_by
        if by is None or target is Side.MARKETING:
            return list(wanted)
        return [text for key in wanted for text in spellings(by.type, key)]
