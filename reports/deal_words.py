"""What the reports on deals and on the hand-off say, in English and in French."""

from __future__ import annotations

DEAL_TITLES = {
    "opportunity": "Affaire",
    "sales_stage": "Étape de vente",
    "amount": "Montant",
    "close_date": "Date de clôture",
    "next_step": "Prochaine étape",
}
COUNTED_DEALS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "deals": (("{n} deal", "{n} deals"), ("{n} affaire", "{n} affaires")),
    "leads": (("{n} lead", "{n} leads"), ("{n} lead", "{n} leads")),
}

DEALS: dict[str, tuple[str, str]] = {
    # deals blocked by missing facts
    "deals_blocked": ("Deals blocked by missing facts", "Affaires bloquées par une information manquante"),
    "deal": ("Deal", "Affaire"),
    "account": ("Account", "Compte"),
    "stage": ("Stage", "Étape"),
    "amount": ("Amount", "Montant"),
    "close_date": ("Close date", "Date de clôture"),
    "quickest": ("Quickest fix", "Le plus rapide"),
    "takes_in_all": ("All of it", "Pour tout"),
    "owner": ("Owner", "Responsable"),
    "deals_in_all": (
        "{blocked} of {open} still open are blocked; together {amount}.",
        "{blocked} bloquées, sur {open} en cours ; en tout {amount}.",
    ),
    "deals_without_amount": (
        "Without an amount, so not in the sum: {deals}.",
        "Sans montant, donc absentes de la somme : {deals}.",
    ),
    "deals_without_owner": (
        "With an owner who is no rep that we know: {deals}.",
        "Avec un responsable qui n'est pas un commercial connu : {deals}.",
    ),
    "deals_not_mapped": (
        "Deals could not be checked: mapping.yaml has no object `opportunity` with the fields {fields}.",
        "Les affaires n'ont pu être vérifiées : mapping.yaml n'a pas d'objet `opportunity` avec les champs {fields}.",
    ),
    "deals_not_read": (
        "Deals could not be checked: not read yet, or hidden from the integration user (`entente check`).",
        "Les affaires n'ont pu être vérifiées : pas encore lues, ou cachées à l'utilisateur d'intégration "
        "(`entente check`).",
    ),
    # open gaps by team
    "gaps_by_team": ("Open with the teams", "En attente, par équipe"),
    "obligation": ("What is asked", "Ce qui est demandé"),
    "people": ("People", "Personnes"),
    "seconds": ("Seconds", "Secondes"),
    # the hand-off
    "handoff": ("From marketing to sales", "Du marketing aux ventes"),
    "source": ("Source", "Origine"),
    "handed_over": ("Handed over", "Transmis"),
    "waiting": ("Waiting", "En attente"),
    "accepted": ("Accepted", "Acceptés"),
    "rejected": ("Rejected", "Refusés"),
    "reasons": ("Reasons", "Motifs"),
    "system_hours": ("Until in sales (h, median)", "Jusqu'aux ventes (h, médiane)"),
    "human_hours": ("Until first contact (h, median)", "Jusqu'au premier contact (h, médiane)"),
    "contacts_known": ("First contacts known", "Premiers contacts connus"),
    "handoff_meant": (
        "{leads} handed over: people with a lead in sales whom marketing has at the stage `mql` or later. Rejected, or "
        "at `mql` or later in sales, says the lead itself; all others wait.",
        "{leads} transmis : personnes qui ont un lead côté ventes et que le marketing voit à l'étape `mql` ou au-delà. "
        "Refusé, ou à `mql` et au-delà côté ventes : c'est le lead qui le dit ; tous les autres attendent.",
    ),
    "handoff_no_stage": (
        "The hand-off could not be checked: in mapping.yaml contacts have no stage `mql`, or sales no leads.",
        "La transmission n'a pu être vérifiée : l'entonnoir des contacts n'a pas d'étape `mql`, ou les ventes pas de "
        "leads (mapping.yaml).",
    ),
    "handoff_no_rejected": (
        "Rejections could not be told: give the funnel in mapping.yaml a stage `rejected`.",
        "Les refus n'ont pu être distingués : donnez une étape `rejected` à l'entonnoir de mapping.yaml.",
    ),
    "handoff_no_reasons": (
        "Reasons are not known: map the field that holds them as `reject_reason`.",
        "Motifs inconnus : faites correspondre le champ qui les porte sous le nom `reject_reason`.",
    ),
    "handoff_no_activities": (
        "First contacts are not known: no activities are read (`scope` of `activity` in mapping.yaml).",
        "Premiers contacts inconnus : aucune activité n'est lue (`scope` de `activity` dans mapping.yaml).",
    ),
    "handoff_no_moment": (
        "The systems' own part is not known: map when marketing handed over as `handed_over_at`.",
        "La part des systèmes est inconnue : faites correspondre le moment de la transmission sous `handed_over_at`.",
    ),
}
