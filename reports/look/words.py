"""What the page says, in English and in French."""

from __future__ import annotations

LOOK: dict[str, tuple[str, str]] = {
    "title": ("What falls between marketing and sales", "Ce qui se perd entre marketing et ventes"),
    "intro": (
        "HubSpot and Salesforce, read side by side. Nothing was changed in either.",
        "HubSpot et Salesforce, lus côte à côte. Rien n'a été modifié, ni ici, ni là.",
    ),
    "read_people": (
        "{marketing} people in HubSpot, {sales} in Salesforce, {pairs} in both",
        "{marketing} personnes dans HubSpot, {sales} dans Salesforce, {pairs} dans les deux",
    ),
    "read_at": ("read {at}", "lu le {at}"),
    "in_short": ("In short", "En bref"),
    "and_more": ("and {n} more", "et {n} de plus"),
    "could_not": ("Could not be checked", "N'a pas pu être vérifié"),
    "nothing": ("Nothing found. Well kept.", "Rien trouvé. C'est bien tenu."),
    "sales": ("Sales", "Ventes"),
    "marketing": ("Marketing", "Marketing"),
    "both": ("Both", "Les deux"),
    "unknown": ("not known", "inconnu"),
    # deals without a decision-maker
    "decision_maker": ("Closing this quarter, decision-maker unknown", "Clôture ce trimestre, décideur inconnu"),
    "decision_maker_hero": (
        "of {of} closing by {day} has no decision-maker",
        "sur {of} à signer d'ici le {day}, aucun décideur",
    ),
    "decision_maker_note": (
        "{count} of {total} deals that close from {first} to {last} name nobody who decides.",
        "{count} affaires sur {total}, à clôturer du {first} au {last}, ne nomment aucun décideur.",
    ),
    "decision_maker_why": (
        "Marketing invites influencers and misses the person who signs; influence reports show nothing.",
        "Le marketing invite les prescripteurs, pas la personne qui signe ; les rapports d'influence restent vides.",
    ),
    "decision_maker_fix": (
        "Add the contact role “Decision Maker” to these deals: about 30 seconds each.",
        "Ajoutez le rôle de contact « Décideur » à ces affaires : environ 30 secondes chacune.",
    ),
    # forgotten deals
    "forgotten": ("Forgotten quotes and call-backs", "Devis et rappels oubliés"),
    "forgotten_hero": ("open, with no next step in the diary", "en cours, sans rien de prévu à l'agenda"),
    "forgotten_note": (
        "{count} of {total} open deals have no task and no meeting ahead.",
        "{count} affaires en cours sur {total} n'ont ni tâche ni rendez-vous à venir.",
    ),
    "forgotten_why": (
        "A quote that nobody follows up is a quote for the competitor.",
        "Un devis que personne ne relance travaille pour le concurrent.",
    ),
    "forgotten_fix": (
        "Plan the next call, or close the deal: both make the forecast true.",
        "Planifiez le prochain appel, ou clôturez l'affaire : la prévision y gagne dans les deux cas.",
    ),
    "deal": ("Deal", "Affaire"),
    "account": ("Account", "Compte"),
    "stage": ("Stage", "Étape"),
    "closes": ("Closes", "Clôture"),
    "last_touched": ("Last activity", "Dernière activité"),
    "amount": ("Amount", "Montant"),
    "never": ("none", "aucune"),
    "overdue": ("overdue", "dépassée"),
    # leads
    "untouched": ("Leads handed over and untouched", "Leads transmis, jamais contactés"),
    "untouched_hero": ("of {of} leads handed over, untouched", "sur {of} leads transmis : jamais contactés"),
    "untouched_note": (
        "{count} of {total} open leads that marketing calls qualified show no activity at all.",
        "{count} leads ouverts sur {total}, qualifiés par le marketing, ne montrent aucune activité.",
    ),
    "untouched_why": (
        "The campaign was paid for; a lead cools within hours.",
        "La campagne a été payée ; un lead refroidit en quelques heures.",
    ),
    "untouched_fix": (
        "Call, write, or reject with a reason: each of the three helps the next campaign.",
        "Appelez, écrivez, ou refusez avec un motif : les trois aident la prochaine campagne.",
    ),
    "campaign": ("Campaign", "Campagne"),
    "no_campaign": ("no campaign", "sans campagne"),
    "lead": ("Lead", "Lead"),
    "company": ("Company", "Entreprise"),
    "waits": ("Waits", "Attend depuis"),
    "leads": ("Leads", "Leads"),
    "longest": ("Waiting the longest", "Attendent depuis le plus longtemps"),
    "by_campaign": ("By campaign", "Par campagne"),
    # consent
    "opted_out": ("Said no here, still mailed there", "Désinscrit ici, sollicité là"),
    "opted_out_hero": (
        "opted out in one system, mailable in the other",
        "désinscrits d'un côté, joignables de l'autre",
    ),
    "opted_out_note": (
        "{count} addresses have opted out in one system only.",
        "{count} adresses ne sont désinscrites que dans un seul système.",
    ),
    "opted_out_why": (
        "Each mail to one of them is a complaint waiting to happen (GDPR, art. 21).",
        "Chaque e-mail envoyé à l'une d'elles est une plainte en puissance (RGPD, art. 21).",
    ),
    "opted_out_fix": (
        "Carry the no over, today. Entente does it at once, and never takes one back.",
        "Reportez ce refus, dès aujourd'hui. Entente le fait aussitôt, et ne l'annule jamais.",
    ),
    "person": ("Person", "Personne"),
    "address": ("Address", "Adresse"),
    "said_no_in": ("Said no in", "A dit non dans"),
    "mailable_in": ("Mailable in", "Joignable par"),
    # disagreements
    "differing": ("Where the two systems disagree", "Là où les deux systèmes se contredisent"),
    "differing_note": (
        "People and companies whom both know, field by field.",
        "Personnes et entreprises connues des deux, champ par champ.",
    ),
    "differing_why": (
        "Whichever side is right, somebody is working with the other value.",
        "Quel que soit le côté qui a raison, quelqu'un travaille avec l'autre valeur.",
    ),
    "field": ("Field", "Champ"),
    "differ": ("Differ", "Différents"),
    "only_marketing": ("Only HubSpot knows", "Seul HubSpot sait"),
    "only_sales": ("Only Salesforce knows", "Seul Salesforce sait"),
    "example": ("For example", "Par exemple"),
    # audience
    "audience": ("Whom an e-mail can reach", "Qui un e-mail peut atteindre"),
    "audience_hero": ("of marketing's contacts can be mailed", "des contacts marketing sont joignables par e-mail"),
    "audience_note": (
        "{usable} of {contacts} contacts in HubSpot are usable.",
        "{usable} contacts HubSpot sur {contacts} sont utilisables.",
    ),
    "contacts": ("Contacts in HubSpot", "Contacts dans HubSpot"),
    "with_email": ("with an e-mail", "avec un e-mail"),
    "valid": ("that can exist", "qui peut exister"),
    "not_opted_out": ("not opted out, in either", "non désinscrits, ni ici ni là"),
    "usable": ("not bounced", "sans rejet"),
    "audience_key": (
        "Solid: still usable. Pale amber: lost at this step.",
        "Plein : encore utilisable. Ambre pâle : perdu à cette étape.",
    ),
    # what could not be checked
    "no_deals": (
        "Deals: the integration user sees no opportunities with stage and amount.",
        "Affaires : l'utilisateur d'intégration ne voit pas d'opportunités avec étape et montant.",
    ),
    "no_roles": (
        "Decision-makers: contact roles of opportunities are hidden from the integration user.",
        "Décideurs : les rôles de contact des opportunités sont cachés à l'utilisateur d'intégration.",
    ),
    "no_next": (
        "Next activities: HasOpenActivity is hidden from the integration user.",
        "Activités à venir : HasOpenActivity est caché à l'utilisateur d'intégration.",
    ),
    "no_people": (
        "People: mapping.yaml has no object for leads and contacts.",
        "Personnes : mapping.yaml n'a pas d'objet pour les leads et contacts.",
    ),
    "no_consent": (
        "Opt-outs: mapping.yaml has no field with `rule: consent`.",
        "Désinscriptions : mapping.yaml n'a pas de champ avec `rule: consent`.",
    ),
    "no_email": (
        "Audience: mapping.yaml has no field of type email on both sides.",
        "Audience : mapping.yaml n'a pas de champ de type email des deux côtés.",
    ),
    "no_bounces": (
        "Bounces: neither system shows them, so nobody was left out for one.",
        "Rejets : aucun des deux systèmes ne les montre, personne n'a donc été écarté pour cela.",
    ),
    "no_mql": (
        "Hand-off: the funnel in mapping.yaml has no stage “mql”.",
        "Transmission : l'entonnoir de mapping.yaml n'a pas d'étape « mql ».",
    ),
    "no_activity": (
        "Untouched leads: LastActivityDate is hidden from the integration user.",
        "Leads jamais contactés : LastActivityDate est caché à l'utilisateur d'intégration.",
    ),
    "no_campaigns": (
        "Campaigns: campaigns or their members are hidden from the integration user.",
        "Campagnes : les campagnes ou leurs membres sont cachés à l'utilisateur d'intégration.",
    ),
    # how it was counted
    "how": ("How this was counted", "Comment c'est compté"),
    "how_quarter": (
        "The quarter is the calendar's. A decision-maker: a contact role named “decision…” or “economic buyer”.",
        "Le trimestre est celui du calendrier. Un décideur est un rôle de contact dont le nom contient « décision », "
        "« décideur » ou « economic buyer ».",
    ),
    "how_leads": (
        "Handed over: at stage “mql” or later in HubSpot. Untouched: before it in Salesforce, without any activity.",
        "Transmis : étape « mql » ou plus dans HubSpot. Jamais contacté : avant elle dans Salesforce, sans activité.",
    ),
    "how_pairs": (
        "People are the same where exactly one record on each side has an e-mail address; companies by their domain.",
        "Une personne commune : une seule fiche de chaque côté porte son adresse ; une entreprise : son domaine.",
    ),
    "how_amounts": (
        "Amounts are Salesforce's own; different currencies are never added up.",
        "Les montants sont ceux de Salesforce ; des monnaies différentes ne sont jamais additionnées.",
    ),
    "made_by": ("Made by Entente, which joins the two.", "Fait par Entente, qui relie les deux."),
}


def look_words(language: str) -> dict[str, str]:
    """Every sentence of the page in one language, by its key."""
    return {key: both[language == "fr"] for key, both in LOOK.items()}
