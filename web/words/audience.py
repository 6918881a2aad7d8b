"""What the page on the usable audience says, in English and in French."""

from __future__ import annotations

AUDIENCE: dict[str, tuple[str, str]] = {
    "audience": ("Audience", "Audience"),
    "audience_intro": (
        "Of all people known, whom you can write to today, and where the others are lost.",
        "De toutes les personnes connues, celles à qui vous pouvez écrire aujourd'hui, et où se perdent les autres.",
    ),
    "audience_headline": (
        "{usable} of {people} people can be written to today",
        "{usable} personnes sur {people} peuvent être contactées aujourd'hui",
    ),
    "audience_key": (
        "Solid: still usable. Pale amber: lost at this step; each person counts at the first step that loses them.",
        "Plein : encore utilisable. Ambre pâle : perdu à cette étape ; chaque personne compte à la première étape "
        "qui la perd.",
    ),
    "audience_says": ("{step}: {left} left, {lost} lost", "{step} : {left} restent, {lost} perdues"),
    "audience_budget": (
        "no rep is asked for more than {time} a week",
        "pas plus de {time} par semaine et par personne",
    ),
    "no_way": (
        "Nobody would be won by an answer that is open with a rep.",
        "Aucune réponse en attente chez un commercial ne gagnerait quelqu'un.",
    ),
    "asked_of": ("Asked of", "Demandé à"),
    "usable_then": ("Usable then", "Utilisable ensuite"),
}
