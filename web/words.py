"""What the pages say beside the reports' own words: every sentence in English and in French."""

from __future__ import annotations

from rules.language import Language
from web.answer_words import ANSWER_WORDS
from web.words_of_ops import OPS

WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "skip": ("Skip to the content", "Aller au contenu"),
    "pages": ("Pages", "Pages"),
    "completeness": ("Completeness", "Complétude"),
    "team": ("My team", "Mon équipe"),
    "mine": ("My page", "Ma page"),
    "operations": ("Operations", "Exploitation"),
    "privacy": ("Privacy", "Confidentialité"),
    "sign_out": ("Sign out", "Se déconnecter"),
    "other_language": ("Français", "English"),
    "footer": (
        "Counted from what was last read in both systems.",
        "Compté d'après la dernière lecture des deux systèmes.",
    ),
    # signing in
    "sign_in": ("Sign in", "Se connecter"),
    "user_name": ("Name", "Nom d'utilisateur"),
    "password": ("Password", "Mot de passe"),
    "not_signed_in": (
        "That name and password do not go together. After five tries the name is locked for 15 minutes.",
        "Ce nom et ce mot de passe ne vont pas ensemble. Après cinq essais, le nom est bloqué 15 minutes.",
    ),
    "locked": ("Too many tries", "Trop d'essais"),
    "locked_why": (
        "This name is locked for 15 minutes. Then try again, or ask your ops team for a new password.",
        "Ce nom est bloqué 15 minutes. Réessayez ensuite, ou demandez un nouveau mot de passe à l'exploitation.",
    ),
    "not_found": ("There is no such page", "Cette page n'existe pas"),
    "not_found_why": (
        "The address is wrong, or the page is not for your eyes.",
        "L'adresse est erronée, ou la page ne vous est pas destinée.",
    ),
    "forged": ("This form was not sent", "Ce formulaire n'a pas été envoyé"),
    "forged_why": (
        "The page had been open for too long, or cookies are off. Nothing was changed: open the page again.",
        "La page était ouverte depuis trop longtemps, ou les cookies sont désactivés. Rien n'a changé : "
        "rouvrez la page.",
    ),
    "home": ("Back to my first page", "Retour à ma première page"),
    "no_group": ("No page for you yet", "Pas encore de page pour vous"),
    "no_group_why": (
        "You are signed in, but in no group: ask your ops team to add you to one.",
        "Vous êtes connecté, mais sans groupe : demandez à l'exploitation de vous en donner un.",
    ),
    "nothing_read": ("Nothing has been read yet", "Rien n'a encore été lu"),
    "nothing_read_why": (
        "This page fills after the first pass: ops run `entente sync`.",
        "Cette page se remplit après le premier passage : l'exploitation lance `entente sync`.",
    ),
    "download": ("Download as", "Télécharger en"),
    "theme": ("Colours", "Couleurs"),
    "theme_system": ("as the system", "comme le système"),
    "theme_light": ("light", "clair"),
    "theme_dark": ("dark", "sombre"),
    # completeness
    "completeness_title": ("Completeness for marketing", "Complétude pour le marketing"),
    "completeness_intro": (
        "What you can use today, what is missing, and whose turn it is.",
        "Ce que vous pouvez utiliser, ce qui manque, et de qui c'est le tour.",
    ),
    "with_sales": ("Open with sales", "Attendu des ventes"),
    "small_teams": ("Smaller teams", "Petites équipes"),
    "few_people": (
        "Teams of fewer than {fewest} people are shown together.",
        "Les équipes de moins de {fewest} personnes sont regroupées.",
    ),
    "no_large_team": (
        "No team is shown: together they have too few people for a total.",
        "Aucune équipe n'est affichée : ensemble, elles comptent trop peu de personnes pour un total.",
    ),
    "cut_by": ("By", "Par"),
    "only": ("Only", "Seulement"),
    "everybody": ("All records", "Toutes les fiches"),
    "show": ("Show", "Afficher"),
    "show_all": ("show all records", "voir toutes les fiches"),
    "too_few": ("Too few records", "Trop peu de fiches"),
    "too_few_why": (
        "Fewer than twenty records are left in this segment, too few to say anything. Choose another one.",
        "Il reste moins de vingt fiches dans ce segment, trop peu pour en dire quelque chose. Choisissez-en un autre.",
    ),
    "all_records": ("Back to all records", "Retour à toutes les fiches"),
    "heat_shades": (
        "The stronger the colour, the fuller. Grey: fewer than {few} records, too few to compare. –: these records "
        "have no such field.",
        "Plus la couleur est soutenue, mieux c'est rempli. Gris : moins de {few} fiches, trop peu pour comparer. – : "
        "ces fiches n'ont pas ce champ.",
    ),
    "points": ("{change} points", "{change} points"),
    "no_change": ("no change", "inchangé"),
    "since": ("{change} since {day}", "{change} depuis le {day}"),
    "trend_says": (
        "{name}: from {was} on {then} to {now} on {today}",
        "{name} : de {was} le {then} à {now} le {today}",
    ),
    "segment_of": ("{by}: {value}", "{by} : {value}"),
    "heat_by": ("% filled, field × {by}", "% rempli, champ × {by}"),
    "groups_heading": ("Segment by segment", "Par segment"),
    "trend_heading": ("The last twelve weeks", "Les douze dernières semaines"),
    "trend_column": ("12 weeks", "12 semaines"),
    "trend_begins": (
        "A trend begins with the second day: today's numbers are kept, and tomorrow there is a line.",
        "Une tendance commence au deuxième jour : les chiffres d'aujourd'hui sont gardés, demain il y aura une courbe.",
    ),
    "trend_of_all": (
        "The trend is kept for all records and for large teams, not for a segment.",
        "La tendance est gardée pour toutes les fiches et les grandes équipes, pas pour un segment.",
    ),
    "trend_weeks": ("Week by week, as a table", "Semaine par semaine, en tableau"),
    "used_in": ("Used in", "Sert à"),
    "no_use": ("no rule reads it", "aucune règle ne le lit"),
    "nothing_owed": ("Nothing is open with you. Thank you.", "Rien n'est attendu de vous. Merci."),
    "teams_heading": ("Team by team", "Par équipe"),
    "you_owe": ("What you owe sales", "Ce que vous devez aux ventes"),
    # people
    "team_title": ("Open in my team", "En attente dans mon équipe"),
    "team_intro": (
        "Facts that your team can add in a moment. In alphabetical order, never ranked.",
        "Des informations que votre équipe peut ajouter vite. Ordre alphabétique, jamais de classement.",
    ),
    "in_all": ("Open in all", "En attente en tout"),
    "with_open": ("With something open", "Ont quelque chose en attente"),
    "of": ("of {reps}", "sur {reps}"),
    "marketing_side": ("Open with marketing", "Attendu du marketing"),
    "by_person": ("Person by person", "Par personne"),
    "alphabetical": ("alphabetical, never ranked", "ordre alphabétique, jamais de classement"),
    "left_us": ("no longer active", "n'est plus actif"),
    "team_totals": ("The whole team's records", "Les fiches de toute l'équipe"),
    "nobody_reports": ("Nobody reports to you in the CRM.", "Personne ne vous est rattaché dans le CRM."),
    "looks_logged": (
        "Your visits to this page are logged; each rep can read that log.",
        "Vos visites sont consignées ; chaque commercial peut lire ce journal.",
    ),
    "rep": ("Rep", "Commercial"),
    "open": ("Open", "En attente"),
    "time": ("Time", "Durée"),
    "quickest": ("Quickest fix", "Le plus rapide"),
    "nothing_open_mine": ("Nothing is open. Thank you.", "Rien n'est en attente. Merci."),
    "nothing_open_person": ("Nothing is open here.", "Rien n'est en attente ici."),
    "no_rep": (
        "No user of your CRMs has your e-mail address: ask ops to correct it on your account.",
        "Aucun utilisateur de vos CRM n'a votre adresse : demandez à l'exploitation de la corriger.",
    ),
    "hello": ("Hello {name}", "Bonjour {name}"),
    "to_do": ("To do", "À faire"),
    "to_do_note": ("{open}, about {time}; the rest can wait", "{open}, environ {time} ; le reste peut attendre"),
    "person_title": ("Open with {name}", "En attente chez {name}"),
    "who_sees": ("Who sees this page", "Qui voit cette page"),
    "you": ("You", "Vous"),
    "sees_all": ("everything here", "tout ce qui est ici"),
    "your_manager": ("Your manager", "Votre manager"),
    "manager_sees": ("what is open, at once", "ce qui est en attente, aussitôt"),
    "manager_sees_nothing": ("nothing of this page", "rien de cette page"),
    "marketing": ("Marketing", "Marketing"),
    "marketing_sees": ("totals of five or more people", "des totaux de cinq personnes ou plus"),
    "looked": ("Looked", "Visites"),
    "nobody_looked": ("Nobody but you", "Personne d'autre que vous"),
    "all_looks": ("the last twenty are listed", "les vingt dernières sont listées"),
    # privacy
    "off": ("People-level pages are off", "Les pages nominatives sont désactivées"),
    "off_unanswered": (
        "Your ops team has not yet chosen who sees what about people. Until then this page stays empty.",
        "L'exploitation n'a pas encore choisi qui voit quoi sur les personnes. D'ici là, cette page reste vide.",
    ),
    "off_works_council": (
        "They stay off until the dates of the works council's consultation and of the notice to employees are entered.",
        "Elles le restent jusqu'à la saisie des dates de consultation du CSE et d'information des salariés.",
    ),
    "not_entered": ("not entered yet", "pas encore saisi"),
    "still_on": ("What is on", "Ce qui reste ouvert"),
    "on_mine": ("Every rep's own page, for that rep alone", "La page de chaque commercial, pour lui seul"),
    "on_totals": (
        "Totals of teams of five people or more, without names",
        "Les totaux des équipes de cinq personnes ou plus, sans noms",
    ),
    "what_is_off": ("What is off", "Ce qui est désactivé"),
    "off_pages": (
        "What is open with each person, as pages, files and digests",
        "Ce qui est en attente chez chacun : pages, fichiers et récapitulatifs",
    ),
    "what_helps": ("What turns it on", "Ce qui l'ouvrira"),
    "on_answer": (
        "Ops choose one of the two privacy profiles.",
        "L'exploitation choisit l'un des deux profils de confidentialité.",
    ),
    "on_dates": (
        "Ops enter both dates on the privacy page.",
        "L'exploitation saisit les deux dates sur la page de confidentialité.",
    ),
    "totals_from": (
        "Your team has fewer than {fewest} people who own records, so there is no total of it either.",
        "Votre équipe compte moins de {fewest} personnes ayant des fiches : il n'y a donc pas non plus de total.",
    ),
    "privacy_title": ("Who sees what about people", "Qui voit quoi sur les personnes"),
    "privacy_intro": (
        "A rep's own page is on under every choice. Every look of somebody else is logged, and the rep sees that log.",
        "La page d'un commercial lui reste ouverte dans tous les cas. Toute visite d'un tiers est consignée, "
        "et le commercial lit ce journal.",
    ),
    "standard": ("Standard", "Standard"),
    "standard_what": (
        "A manager sees what is open with each rep of the own team. Marketing sees totals, and no names.",
        "Un manager voit ce qui est en attente chez chacun de son équipe. Le marketing voit des totaux, sans noms.",
    ),
    "works_council": ("Works council", "Avec CSE"),
    "works_council_what": (
        "Pages about people stay off until both dates below are entered.",
        "Les pages nominatives restent désactivées jusqu'à la saisie des deux dates ci-dessous.",
    ),
    "consulted_on": ("Works council consulted on", "CSE consulté le"),
    "notified_on": ("Employees notified on", "Salariés informés le"),
    "save": ("Save", "Enregistrer"),
    "saved": ("Saved.", "Enregistré."),
    "privacy_from_environment": (
        "The choice itself is set by ENTENTE_PRIVACY_PROFILE, and changed there.",
        "Le choix lui-même est fixé par ENTENTE_PRIVACY_PROFILE, et se change là.",
    ),
    "not_answered": ("Please choose one of the two.", "Choisissez l'un des deux."),
    "bad_date": ("A date must be a past day, such as 2026-11-23.", "Une date est un jour passé, comme 2026-11-23."),
    # operations
    "operations_title": ("Operations", "Exploitation"),
    "operations_intro": ("What ran, and what waits for a person.", "Ce qui a tourné, et ce qui attend quelqu'un."),
    "runs": ("Runs", "Passages"),
    "no_runs": ("Nothing has run yet.", "Rien n'a encore tourné."),
    "run": ("Run", "Passage"),
    "state": ("State", "État"),
    "started": ("Started", "Début"),
    "running": ("running", "en cours"),
    "done": ("done", "terminé"),
    "braked": ("braked", "freiné"),
    "failed": ("failed", "échoué"),
    "written": ("Written", "Écrit"),
    "conflicts": ("Conflicts", "Conflits"),
    "held": ("Held values", "Valeurs retenues"),
    "dead": ("Dead letters", "Écritures refusées"),
    **ANSWER_WORDS,
    **OPS,
}


def words(language: Language) -> dict[str, str]:
    """Every sentence in one language, by its key."""
    return {key: both[language == "fr"] for key, both in WORDS.items()}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence, with what it speaks of.

    >>> say("fr", "hello", name="Rita")
    'Bonjour Rita'
    """
    return WORDS[key][language == "fr"].format(**values)
