"""Where the people come from: names, cities and telephone numbers of seven countries.

A pattern of a number holds one `#` for each digit that is drawn; the first group is the country's prefix.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One country. `local_name` is how some records write it; cities are pairs of name and postal code."""

    country: str
    local_name: str
    team: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    landlines: tuple[str, ...]
    mobiles: tuple[str, ...]
    legal_forms: tuple[str, ...]


def listed(names: str) -> tuple[str, ...]:
    """Names between blanks; an underscore stands for a blank within a name."""
    return tuple(name.replace("_", " ") for name in names.split())


FRANCE = Place(
    "France",
    "FR",
    "France",
    listed("""
        Élise Camille Amélie Aurélie Céline Chloé Hélène Inès Léa Manon Margaux Noémie Sophie Zoé Antoine Benoît
        Clément Étienne François Grégoire Hugo Jérôme Julien Loïc Mathieu Nicolas Pierre Rémi Sébastien Théo
    """),
    listed("""
        Moreau Lefèvre Girard Bonnet Fontaine Chevalier Gauthier Perrin Robin Clément Morin Dufour Blanchard Guérin
        Boyer Lemaître Renaud Barbier Brunet Schmitt Colin Vidal Aubert Rivière Picard Roche Bénard Pêcheur Noël
        Marchand
    """),
    (("Paris", "75009"), ("Lyon", "69003"), ("Nantes", "44000"), ("Lille", "59000"), ("Orléans", "45000"),
     ("Besançon", "25000")),
    ("+33 1 4# ## ## ##", "+33 4 72 ## ## ##", "+33 2 40 ## ## ##"),
    ("+33 6 1# ## ## ##", "+33 6 7# ## ## ##"),
    ("SAS", "SARL", "SA"),
)  # fmt: skip
GERMANY = Place(
    "Germany",
    "Deutschland",
    "Central Europe",
    listed("""
        Anja Birgit Claudia Franziska Greta Heike Johanna Katrin Lena Mareike Nadine Sabine Ulrike Wiebke Andreas
        Björn Carsten Dieter Florian Günther Holger Jörg Jürgen Lukas Matthias Niklas Ralf Sönke Thorsten Uwe
    """),
    listed("""
        Schäfer Köhler Müller Jäger Voß Lorenz Böhm Krüger Winkler Brandt Vogt Sommer Hahn Kühn Stein Groß Busch
        Ziegler Kuhn Seidel Förster Engel Horn Bergmann Pohl Sauer Arnold Wolff Pfeiffer Heinrich
    """),
    (("Berlin", "10115"), ("München", "80331"), ("Köln", "50667"), ("Hamburg", "20095"), ("Nürnberg", "90402"),
     ("Lübeck", "23552")),
    ("+49 30 2#######", "+49 89 3#######", "+49 40 4#######"),
    ("+49 151 2#######", "+49 171 3######"),
    ("GmbH", "AG", "KG"),
)  # fmt: skip
AUSTRIA = Place(
    "Austria",
    "Österreich",
    "Central Europe",
    ("Elfriede", "Gerlinde", "Hannelore", "Magdalena", "Theresia", "Alois", "Gernot", "Leopold", "Reinhold", "Xaver"),
    ("Gruber", "Huber", "Pichler", "Steiner", "Moser", "Hofer", "Leitner", "Wögerer", "Grünwald", "Höller"),
    (("Wien", "1010"), ("Graz", "8010"), ("Linz", "4020")),
    ("+43 1 5######", "+43 316 8#####"),
    ("+43 664 2######", "+43 676 4######"),
    ("GmbH", "OG"),
)
BRITAIN = Place(
    "United Kingdom",
    "UK",
    "UK and Nordics",
    listed("""
        Abigail Charlotte Daisy Eleanor Freya Georgina Harriet Imogen Jemima Poppy Rosalind Tamsin Alistair Barnaby
        Callum Duncan Edmund Fergus Giles Hamish Jasper Lachlan Nigel Rupert Toby Siân Seán Niamh Rhys Aoife
    """),
    listed("""
        Ashworth Blackwood Cartwright Dunmore Ellison Fairbairn Garside Haworth Ingham Jardine Kershaw Lockwood
        Mayhew Norwood Oakley Pemberton Quigley Redfern Stanhope Thornley Underhill Verity Whitlock Yardley
        O'Connell Macrae Penhaligon Trevelyan Llewellyn Fitzgerald
    """),
    (("London", "EC1A 1BB"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR"), ("Edinburgh", "EH1 1YZ"),
     ("Manchester", "M1 1AE")),
    ("+44 20 7946 0###", "+44 113 496 0###", "+44 117 496 0###"),
    ("+44 7911 1#####", "+44 7400 2#####"),
    ("Ltd", "PLC", "LLP"),
)  # fmt: skip
ITALY = Place(
    "Italy",
    "Italia",
    "Italy",
    listed("""
        Alessia Beatrice Chiara Donatella Elisa Federica Giulia Ilaria Lucrezia Martina Noemi Ottavia Serena Viola
        Alessandro Bruno Cosimo Davide Emanuele Fabrizio Giacomo Lorenzo Matteo Niccolò Pietro Renzo Salvatore
        Tommaso Umberto Vittorio
    """),
    listed("""
        Bianchi Colombo Conti Costa Ferrara Fontana Gallo Greco Leone Longo Mancini Marchetti Martini Moretti
        Pellegrini Rinaldi Rizzo Santoro Serra Testa Vitale Caruso D'Angelo De_Luca Nicolò Sanna Orlandi Barone
        Cattaneo Bellini
    """),
    (("Milano", "20121"), ("Roma", "00184"), ("Torino", "10121"), ("Bologna", "40121"), ("Forlì", "47121")),
    ("+39 02 4#######", "+39 06 5#######"),
    ("+39 347 2######", "+39 333 4######"),
    ("S.p.A.", "S.r.l."),
)  # fmt: skip
SWEDEN = Place(
    "Sweden",
    "Sverige",
    "UK and Nordics",
    listed("Agneta Birgitta Ebba Frida Gunilla Linnéa Ylva Åsa Anders Göran Håkan Lars Mats Åke"),
    listed("Ahlström Bergqvist Ekström Forsberg Hedlund Lindgren Nyström Sjöberg Söderberg Åkesson"),
    (("Stockholm", "111 20"), ("Göteborg", "411 03"), ("Malmö", "211 20")),
    ("+46 8 5## ### ##", "+46 31 7## ## ##"),
    ("+46 70 2## ## ##", "+46 73 5## ## ##"),
    ("AB",),
)  # fmt: skip
NORWAY = Place(
    "Norway",
    "Norge",
    "UK and Nordics",
    ("Astrid", "Bjørg", "Gro", "Ingrid", "Solveig", "Tuva", "Eirik", "Håvard", "Kåre", "Øystein", "Sigurd", "Torbjørn"),
    ("Aasen", "Bakke", "Dahl", "Eide", "Hauge", "Lunde", "Moen", "Nygård", "Sørli", "Ødegård"),
    (("Oslo", "0150"), ("Bergen", "5003"), ("Tromsø", "9008")),
    ("+47 22 4# ## ##", "+47 55 3# ## ##"),
    ("+47 41 2# ## ##", "+47 92 0# ## ##"),
    ("AS", "ASA"),
)

PLACES = (FRANCE, GERMANY, BRITAIN, ITALY, SWEDEN, NORWAY, AUSTRIA)
WEIGHTS = (26, 26, 18, 14, 7, 5, 4)

SYLLABLES = (
    ("Vel", "Tor", "Bre", "Kal", "Mar", "Ost", "Lin", "Sol", "Fen", "Gra", "Hal", "Ner", "Pol", "Quil", "Ram", "Sten"),
    ("mo", "ve", "ka", "ri", "tas", "lo", "ne", "dra", "qui", "sa", "bel", "fi", "gor", "hu", "zan", "pe"),
    ("ra", "lis", "vik", "don", "tex", "mar", "nia", "sol", "ton", "vara", "lux", "gard", "nova", "del", "rix", "ma"),
)
"""Companies are made of three syllables: none is meant to exist."""

INDUSTRIES = (
    ("Banking", "BANKING"),
    ("Chemicals", "CHEMICALS"),
    ("Construction", "CONSTRUCTION"),
    ("Consulting", "MANAGEMENT_CONSULTING"),
    ("Education", "EDUCATION_MANAGEMENT"),
    ("Electronics", "ELECTRICAL_ELECTRONIC_MANUFACTURING"),
    ("Energy", "RENEWABLES_ENVIRONMENT"),
    ("Food & Beverage", "FOOD_BEVERAGES"),
    ("Healthcare", "HOSPITAL_HEALTH_CARE"),
    ("Insurance", "INSURANCE"),
    ("Machinery", "MACHINERY"),
    ("Retail", "RETAIL"),
    ("Technology", "COMPUTER_SOFTWARE"),
    ("Telecommunications", "TELECOMMUNICATIONS"),
    ("Transportation", "LOGISTICS_AND_SUPPLY_CHAIN"),
)
"""As contacts and Salesforce write an industry, and as the options of HubSpot's companies do."""

TITLES = (
    "Head of Marketing", "Marketing Manager", "Chief Financial Officer", "Head of Procurement", "IT Director", "CEO",
    "Operations Manager", "Sales Director", "Product Owner", "HR Business Partner", "Plant Manager",
    "Chief Technology Officer", "Responsable achats", "Directrice commerciale", "Geschäftsführer", "Leiterin Einkauf",
    "Direttore generale", "Inköpschef",
)  # fmt: skip
PLACEHOLDERS = ("n/a", "-", "tbd", "xxx")
BAD_PHONES = ("0000", "12 34", "-", "n/a")
