"""Which record on the other side is this one? Exact keys only, and never a guess.

E-mail (or our key) is for finding the first match; from then on the link is the identity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.record import Ref, Side


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live record that shows the e-mail in question."""

    ref: Ref
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the records of one e-mail come to: a pair to link, a lone record to create on the other side, or neither.

    `unresolved` go to a person, for `reason`.
    """

    marketing: Ref | None = None
    sales: Ref | None = None
    unresolved: tuple[Ref, ...] = ()
    reason: str = ""


def find_matches(
    marketing: Sequence[Candidate], sales: Sequence[Candidate], final_object: str, shared: str = "e-mail"
) -> Pairing:
    """Pair the records that share an e-mail, or whatever else is `shared`.

    `final_object` is what people become in sales (a lead becomes a contact): exactly one of it wins over the others.

    >>> lead, contact = Candidate(Ref("salesforce", "Lead", "1")), Candidate(Ref("salesforce", "Contact", "2"))
    >>> find_matches([Candidate(Ref("hubspot", "contacts", "9"))], [lead, contact], "Contact").sales
    Ref(system='salesforce', object='Contact', id='2')
    >>> find_matches([], [lead, lead], "Contact").reason
    'several records share this e-mail'
    """
    free = [each.ref for each in (*marketing, *sales) if not each.is_linked]
    if not free:
        return Pairing()
    if any(each.is_linked for each in (*marketing, *sales)):
        return Pairing(unresolved=tuple(free), reason=f"another record with this {shared} is already linked")
    sales_winner = _winner([each.ref for each in sales], final_object)
    if len(marketing) > 1 or (sales and sales_winner is None):
        return Pairing(unresolved=tuple(free), reason=f"several records share this {shared}")
    left_over = tuple(each.ref for each in sales if each.ref != sales_winner)
    reason = f"the {final_object} with the same {shared} stands for this person" if left_over else ""
    return Pairing(marketing[0].ref if marketing else None, sales_winner, left_over, reason)


def joined(clusters: Mapping[str, Mapping[Side, Sequence[Candidate]]]) -> list[dict[Side, list[Candidate]]]:
    """The records of each e-mail, those of two e-mails together where a record has both: each record in one cluster."""
    places: dict[Ref, int] = {}
    found: dict[int, dict[Side, dict[Ref, Candidate]]] = {}
    for number, cluster in enumerate(clusters.values()):
        refs = {each.ref for side in cluster.values() for each in side}
        whole = {side: {each.ref: each for each in cluster.get(side, ())} for side in Side}
        for place in {places[ref] for ref in refs if ref in places}:
            for side, others in found.pop(place).items():
                whole[side] = others | whole[side]
        found[number] = whole
        places |= {ref: number for side in whole.values() for ref in side}
    return [{side: list(each.values()) for side, each in whole.items()} for whole in found.values()]


def _winner(refs: Sequence[Ref], final_object: str) -> Ref | None:
    if len(refs) == 1:
        return refs[0]
    final = [ref for ref in refs if ref.object == final_object]
    return final[0] if len(final) == 1 else None
