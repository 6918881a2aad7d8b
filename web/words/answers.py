"""What the page of an answer, and the answers on a rep's own page, say: every sentence in English and in French."""

from __future__ import annotations

ANSWERS: dict[str, tuple[str, str]] = {
    "answer_title": ("A quick answer", "Une réponse rapide"),
    "why_asked": ("Why it is asked", "Pourquoi cette question"),
    "gives_back": ("What comes back", "Ce qui vous revient"),
    "takes_about": ("about {time}", "environ {time}"),
    "yes": ("Yes", "Oui"),
    "no": ("No", "Non"),
    "choose": ("Choose", "Choisir"),
    "send": ("Send", "Envoyer"),
    "answer_all_or_one": (
        "Fill in what you know: one answer is enough, the rest can wait.",
        "Indiquez ce que vous savez : une réponse suffit, le reste peut attendre.",
    ),
    "answer_any": ("One of these is enough.", "Une seule de ces réponses suffit."),
    "only_in_system": (
        "This can only be answered in {system} itself.",
        "On ne peut y répondre que dans {system}.",
    ),
    "on_its_way_field": ("An answer is on its way.", "Une réponse est en route."),
    "phone_hint": (
        "With the country code, such as +33 1 99 00 12 34.",
        "Avec l'indicatif du pays, par exemple +33 1 99 00 12 34.",
    ),
    "moment_hint": ("By your own clock.", "À votre heure locale."),
    "long_text_hint": ("Write what the person could read.", "Écrivez ce que la personne pourrait lire."),
    # what a link came to
    "thanks": ("Thank you", "Merci"),
    "thanks_text": (
        "Your answer about {record} is on its way. The next pass begins within {time}: then it is in {system}, and "
        "with marketing as well.",
        "Votre réponse sur {record} est en route. Le prochain passage commence d'ici {time} : elle sera alors dans "
        "{system}, et au marketing aussi.",
    ),
    "answered": ("Already answered, thank you", "Déjà répondu, merci"),
    "answered_why": (
        "Nothing more is asked here. What else is open stands on your page.",
        "Plus rien n'est demandé ici. Le reste se trouve sur votre page.",
    ),
    "moved": ("No longer yours to answer", "Ce n'est plus à vous de répondre"),
    "moved_why": (
        "This record is in other hands now, so there is nothing left for you to do here.",
        "Cette fiche est désormais en d'autres mains : vous n'avez plus rien à faire ici.",
    ),
    "link_outdated": ("This link is too old", "Ce lien est trop ancien"),
    "link_outdated_why": (
        "Links in a digest work for two weeks. What is still open stands on your page.",
        "Les liens d'un récapitulatif servent deux semaines. Ce qui reste en attente se trouve sur votre page.",
    ),
    "link_forged": ("This link cannot be used", "Ce lien est inutilisable"),
    "link_forged_why": (
        "It was cut or changed on its way. Open it again from the message, or go to your page.",
        "Il a été coupé ou modifié en chemin. Rouvrez-le depuis le message, ou allez sur votre page.",
    ),
    "to_my_page": ("To my page", "Vers ma page"),
    # what is no answer
    "no_blank": ("Please give at least one answer.", "Donnez au moins une réponse."),
    "no_placeholder": (
        "That would count as blank. If you do not know, leave it open: nothing is held against you.",
        "Cela compterait comme vide. Si vous ne savez pas, laissez en attente : rien ne vous sera reproché.",
    ),
    "no_not_email": ("No mail could reach that address.", "Aucun e-mail n'arriverait à cette adresse."),
    "no_not_phone": (
        "That number cannot be dialled. Give it with its country code, such as +33 1 99 00 12 34.",
        "Ce numéro ne peut pas être composé. Donnez-le avec l'indicatif, par exemple +33 1 99 00 12 34.",
    ),
    "no_not_date": ("A date looks like 2026-11-23.", "Une date s'écrit comme 2026-11-23."),
    "no_not_moment": ("A time looks like 2026-11-23 14:30.", "Une heure s'écrit comme 2026-11-23 14:30."),
    "no_not_number": ("Please give a number.", "Donnez un nombre."),
    "no_not_yes_no": ("Please choose yes or no.", "Choisissez oui ou non."),
    "no_picklist": ("Please choose one of the options.", "Choisissez l'une des options."),
    "no_too_long": ("At most {most} characters fit there.", "Au plus {most} caractères y tiennent."),
    "no_required": ("This may not be blank.", "Ce champ ne peut rester vide."),
    "no_read_only": ("This cannot be changed from here.", "Ce champ ne peut être modifié d'ici."),
    "no_not_mapped": ("This is no longer shared.", "Ce champ n'est plus partagé."),
    # what became of answers
    "lately": ("What you answered", "Vos réponses"),
    "lately_note": ("the last two weeks", "les deux dernières semaines"),
    "is_open": ("on its way", "en route"),
    "is_written": ("in {system}", "dans {system}"),
    "is_overtaken": ("was filled in meanwhile", "rempli entre-temps"),
    "is_overtaken_why": (
        "Somebody filled it in first; nothing was overwritten.",
        "Quelqu'un l'a rempli avant ; rien n'a été écrasé.",
    ),
    "is_refused": ("not taken", "non accepté"),
    "is_refused_why": ("{system} did not take “{value}”: {why}", "{system} n'a pas accepté « {value} » : {why}"),
    "is_gone": ("record gone", "fiche disparue"),
    "is_gone_why": ("The record is no longer there.", "La fiche n'existe plus."),
}
