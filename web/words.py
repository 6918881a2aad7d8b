"""What the pages say beside the reports' own words: every sentence in English and in French."""

from __future__ import annotations

from rules.language import Language
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
    "teams_heading": ("Team by team", "Par équipe"),
    "you_owe": ("What you owe sales", "Ce que vous devez aux ventes"),
    # people
    "team_title": ("Open in my team", "En attente dans mon équipe"),
    "team_intro": (
        "Facts that your team can add in a moment. In alphabetical order, never ranked.",
        "Des informations que votre équipe peut ajouter vite. Ordre alphabétique, jamais de classement.",
    ),
    "looks_logged": (
        "Your visits to this page are logged; each rep can read that log.",
        "Vos visites sont consignées ; chaque commercial peut lire ce journal.",
    ),
    "rep": ("Rep", "Commercial"),
    "open": ("Open", "En attente"),
    "time": ("Time", "Durée"),
    "quickest": ("Quickest fix", "Le plus rapide"),
    "nothing_open_team": (
        "Nothing is open in your team. Thank you all.",
        "Rien n'est en attente dans votre équipe. Merci à tous.",
    ),
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
} | OPS


def words(language: Language) -> dict[str, str]:
    """Every sentence in one language, by its key."""
    return {key: both[language == "fr"] for key, both in WORDS.items()}


def say(language: Language, key: str, **values: object) -> str:
    """One sentence, with what it speaks of.

    >>> say("fr", "hello", name="Rita")
    'Bonjour Rita'
    """
    return WORDS[key][language == "fr"].format(**values)
