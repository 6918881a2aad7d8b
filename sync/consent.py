"""What an opt-out leads to: decided here from what is stored, done elsewhere.

An opt-out is a ratchet. It belongs to the address (so it is in the marketing system) and to the record that says it (so
it is in the sales system); here it belongs to both, and spreads over pairs and over records that share an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from crm.record import Ref, Side

RULE = "consent"
"""What the history names as the rule of an opt-out that travelled; no undo takes one back."""
KIND = "subscribed"
"""The kind of conflict that asks whether somebody may be written to again."""
NEW = "opted out in {side}"
STAYS = "the person has opted out, and no sync takes that back"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a record shows: its normalised address, and whether it says that the person has opted out."""

    ref: Ref
    side: Side
    address: str | None
    shows: bool | None
    modified_at: int = 0
    """By its system's clock, in milliseconds since 1970."""

    @property
    def is_out(self) -> bool:
        return self.shows is True


@dataclass(slots=True)
class Settlement:
    """What is to be done about some records. `news` are addresses of which nobody knew, and `kept` those that the
    marketing system shows as opted out now; both are addresses of `out`."""

    out: Set[str] = frozenset()
    news: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    since: dict[str, int] = field(default_factory=dict)
    """By address that the marketing system shows as opted out, when its record there changed last: not before that
    opt-out."""
    tell: dict[str, Ref] = field(default_factory=dict)
    """By address that the marketing system must be told about, the record that says so."""
    doubtful: dict[str, Ref] = field(default_factory=dict)
    """By address that the marketing system had as opted out and shows no more, its record there."""
    mark: dict[Ref, str] = field(default_factory=dict)
    """The sales records that must say it, each with the reason."""

    def why_tell(self, address: str) -> str:
        """Why the marketing system must be told about an address."""
        return NEW.format(side=Side.SALES) if address in self.news else STAYS


def settle(
    standings: Iterable[Standing], pairs: Mapping[Ref, Ref], known: Mapping[str, bool], in_scope: Set[Ref]
) -> Settlement:
    """What some records with their pairs and namesakes come to. `pairs` gives the counterpart of a linked record;
    `known` says of each address that has opted out whether the marketing system has it so."""
    people = {each.ref: each for each in standings}
    out, refs = _spread(people, pairs, known)
    marketing: dict[str | None, Standing] = {
        each.address: each for each in people.values() if each.side is Side.MARKETING and each.address
    }
    shown = {each.address for each in marketing.values() if each.is_out and each.address}
    result = Settlement(out, set(out) - set(known), shown - {address for address, kept in known.items() if kept})
    result.since = {
        each.address: each.modified_at for each in marketing.values() if each.address in shown and each.address
    }
    for each in people.values():
        if each.side is Side.SALES and each.ref in refs and not each.is_out:
            teller = marketing.get(each.address) or people.get(pairs.get(each.ref, each.ref), each)
            is_new = teller.is_out and teller.address in result.news
            result.mark[each.ref] = NEW.format(side=Side.MARKETING) if is_new else STAYS
        if each.address is None or each.address not in out or each.address in shown:
            continue
        holder = marketing.get(each.address)
        if known.get(each.address):
            if holder is not None:
                result.doubtful[each.address] = holder.ref
        elif holder is not None or each.ref in in_scope:
            result.tell[each.address] = holder.ref if holder else each.ref
    return result


def _spread(
    people: Mapping[Ref, Standing], pairs: Mapping[Ref, Ref], known: Mapping[str, bool]
) -> tuple[Set[str], Set[Ref]]:
    """The addresses and the records that have opted out, by themselves, by their pair or by their address."""
    out = {*known, *(each.address for each in people.values() if each.is_out and each.address)}
    refs = {ref for ref, each in people.items() if each.is_out}
    while True:
        more = {ref for ref, each in people.items() if each.address in out or pairs.get(ref) in refs} - refs
        if not more:
            return out, refs
        refs |= more
        out |= {address for ref in more if (address := people[ref].address)}
