"""What the report on the usable audience says, in English and in French."""

from __future__ import annotations

AUDIENCE: dict[str, tuple[str, str]] = {
    "audience": ("Usable audience", "Audience utilisable"),
    "step": ("Step", "Étape"),
    "usable": ("Usable", "Utilisable"),
    "left": ("Left", "Restent"),
    "lost": ("Lost", "Perdues"),
    "won": ("People won", "Personnes gagnées"),
    "answers": ("Answers", "Réponses"),
    "reps": ("Reps", "Commerciaux"),
    "ask_for": ("Ask for", "À demander"),
    "time_in_sum": ("Time in all", "Durée totale"),
    "way_heading": ("The shortest way up", "Le plus court chemin"),
    "step_all": ("All people", "Toutes les personnes"),
    "step_email": ("with an e-mail address", "avec une adresse e-mail"),
    "step_valid": ("that can exist", "qui peut exister"),
    "step_bounced": ("that has not bounced", "qui n'a pas rebondi"),
    "step_marketing": ("a marketing contact", "contact marketing"),
    "step_consent": ("not opted out", "sans désabonnement"),
    "step_proof": ("with proof of permission", "avec preuve d'autorisation"),
    "step_facts": ("with the facts that are asked", "avec les informations demandées"),
    "way_up": (
        "These {answers} by {people}, {time}, lift this audience from {now} to {then}.",
        "Ces {answers} de {people}, {time}, font passer cette audience de {now} à {then}.",
    ),
    "steps_unmapped": (
        "Could not be checked: {steps}. The mapping names no field for it, it was not read yet, or no rule asks.",
        "N'a pas pu être vérifié : {steps}. Le mapping ne nomme pas de champ, il n'a pas encore été lu, ou aucune "
        "règle ne le demande.",
    ),
    "without_rep_lost": (
        "{people} lack an answer that nobody can be asked for, since no rep owns them.",
        "{people} : il manque une réponse que personne ne peut donner, faute de commercial.",
    ),
}
