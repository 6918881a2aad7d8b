"""Which record on the other side is this one? Exact keys only, and never a guess.

E-mail (or our key) is for finding the first match; from then on the link is the identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.record import Ref


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


def _winner(refs: Sequence[Ref], final_object: str) -> Ref | None:
    if len(refs) == 1:
        return refs[0]
    final = [ref for ref in refs if ref.object == final_object]
    return final[0] if len(final) == 1 else None
