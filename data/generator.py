"""Writes the files of a fictional university of any size.

A registrar's export has the columns, the encoding (cp1252, semicolons) and the
defects of ``samples/sis_export.csv``: repeated lines, people under two student
numbers, addresses that cannot be addresses, dates that do not exist, lines without a
name, lines by which nobody could be told apart. Names are put together from
syllables, addresses use reserved example domains, telephone numbers the ranges kept
free for fiction. The same seed and size give the same bytes, lines are written in
blocks so that a million people need no more memory than a thousand, and the totals
that a correct import must reach are counted while writing, from what was meant and
not from what was read back.

    python -m data.generator --people 100000 --out sis_export.csv
"""

import argparse
import json
import random
import sys
import unicodedata

COLUMNS = (
    "COD_ETU;NOM_PATRONYMIQUE;NOM_USUEL;PRENOM;CIVILITE;DATE_NAISSANCE;EMAIL_PERSO;"
    "TEL;ADRESSE;CP;VILLE;PAYS;COD_COMPOSANTE;LIB_COMPOSANTE;COD_DIPLOME;LIB_DIPLOME;"
    "NIVEAU;ANNEE_DEBUT;DATE_OBTENTION;STATUT;CONSENTEMENT_EMAIL;DATE_CONSENTEMENT;"
    "DECEDE;LINKEDIN"
)
ENCODING = "cp1252"
FIRST_COHORT, LAST_COHORT = 1966, 2025
BLOCK = 20_000
"""People whose lines are mixed before they are written: the lines of one person do
not follow each other in a real export either."""

SCHOOLS = {
    "DEG": "Faculté Droit-Économie-Gestion",
    "SCI": "Faculté des Sciences",
    "PHA": "Faculté de Pharmacie",
    "MED": "Faculté de Médecine",
    "STA": "STAPS",
    "IUT": "IUT",
    "ING": "École d'ingénieurs",
}
DEGREES = {
    "LPHY": ("SCI", "Licence Physique", "L", 3),
    "MBIO": ("SCI", "Master Biologie", "M", 2),
    "MINF": ("SCI", "Master Informatique", "M", 2),
    "DSCI": ("SCI", "Doctorat Sciences", "D", 4),
    "LSSA": ("MED", "Licence Sciences pour la santé", "L", 3),
    "DMED": ("MED", "Diplôme d'État de docteur en médecine", "D", 4),
    "DPHA": ("PHA", "Diplôme d'État de docteur en pharmacie", "D", 4),
    "LDRO": ("DEG", "Licence Droit", "L", 3),
    "MDRO": ("DEG", "Master Droit des affaires", "M", 2),
    "MECO": ("DEG", "Master Économie", "M", 2),
    "LSTA": ("STA", "Licence STAPS", "L", 3),
    "MSTA": ("STA", "Master STAPS", "M", 2),
    "BINF": ("IUT", "BUT Informatique", "L", 3),
    "BGEA": ("IUT", "BUT GEA", "L", 3),
    "IING": ("ING", "Diplôme d'ingénieur", "M", 3),
}
CONTINUING = ("DUFC", "Diplôme d'université (formation continue)", "DU")
FURTHER = {
    "LPHY": ("MBIO", "MINF", "DSCI"),
    "LSSA": ("DMED",),
    "LDRO": ("MDRO", "MECO"),
    "LSTA": ("MSTA",),
    "BINF": ("MINF", "IING"),
    "BGEA": ("MECO",),
}
"""What people go on to after a first degree."""

DEGREE_WEIGHTS = {
    "LPHY": 11,
    "MBIO": 9,
    "MINF": 9,
    "DSCI": 8,
    "LSSA": 9,
    "DMED": 7,
    "DPHA": 8,
    "LDRO": 9,
    "MDRO": 6,
    "MECO": 6,
    "LSTA": 5,
    "MSTA": 3,
    "BINF": 4,
    "BGEA": 4,
    "IING": 2,
}
DECADE_WEIGHTS = {1960: 1, 1970: 7, 1980: 12, 1990: 18, 2000: 26, 2010: 27, 2020: 10}
COUNTRIES = (
    ("France",) * 86
    + ("Maroc",) * 3
    + ("Belgique", "Royaume-Uni", "Chine", "États-Unis", "Allemagne") * 2
    + ("Sénégal",)
)
MAIL_DOMAINS = ("mail.example.org", "courriel.example", "poste.example.net")
PHONE_RANGES = ("019900", "026191", "035301", "046571", "053649", "063998")
"""Kept free for works of fiction by the French regulator (ARCEP)."""

FEMALE = (
    "Adèle Agathe Albane Alix Amandine Anaïs Anouk Apolline Aurore Axelle Blanche "
    "Camille Capucine Célestine Chloé Clémence Constance Daphné Diane Éléonore Élise "
    "Éloïse Emma Estelle Eugénie Fanny Flore Françoise Gabrielle Garance Geneviève "
    "Héloïse Hortense Inès Irène Jeanne Joséphine Julie Juliette Léa Léonie Lise "
    "Louise Lucie Madeleine Margaux Marianne Marie-Claire Marthe Mathilde Mélanie "
    "Nathalie Noémie Océane Odette Ondine Pauline Perrine Rosalie Roxane Sabine "
    "Salomé Sixtine Solène Sophie Suzanne Sylvie Thaïs Valentine Victoire Zélie Zoé"
).split()
MALE = (
    "Achille Adrien Aimé Alban Alexandre Ambroise Anselme Antoine Armand Arthur "
    "Auguste Aurélien Bastien Benoît Blaise Célestin César Clément Côme Cyprien Cyril "
    "Damien Denis Édouard Élie Émile Étienne Eugène Fabien Félix Firmin François "
    "Frédéric Gaël Gaspard Gaston Gilles Grégoire Guillaume Guy Hector Hippolyte "
    "Honoré Hugo Hugues Isidore Jacques Jean-Luc Jérémie Jérôme Joël Jules Julien "
    "Lazare Léandre Léon Loïc Lucien Marc-Antoine Marius Mathieu Maxence Nicolas Noël "
    "Octave Olivier Pierre-Yves Prosper Quentin Rémi Sébastien Théodore Valère Zéphyr"
).split()
_HEADS = (
    "Aub Bel Berth Brac Cav Chab Cham Chast Cor Crév Dam Del Duv Épin Fav Ferr Font "
    "Gal Garn Gir Grand Haut Jac Lab Lam Lav Mal March Mét Mont Neuv Pell Per Quér "
    "Rav Roch Rous Sab Sauv Tav Thév Val Vern Vill"
).split()
_TAILS = (
    "ancourt argent aubert audin avoine écot elier elois ernois esson étier euvil "
    "evrard idoux ignac illot ivaud ogny oisel ombert onceau orget oudry ouvière "
    "udault uziard"
).split()
_STREETS = ("rue", "avenue", "chemin", "boulevard", "place", "impasse")
_TOWNS = ("-sur-Loue", "-les-Bains", "ville", "-le-Vieux", "bourg", "-en-Forêt")


def plain(text):
    """``text`` without accents, case, hyphens and spaces, as names are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def _family_names():
    names = [head + tail for head in _HEADS for tail in _TAILS]
    names += [f"Le {head}{tail}" for head in _HEADS[::9] for tail in _TAILS[::3]]
    return list({plain(name): name.upper() for name in names}.values())


FAMILY_NAMES = _family_names()


def _cohorts():
    """A thousand first-award years, as frequent as DECADE_WEIGHTS says, in a fixed
    mixed order: the year of person ``i`` is known without drawing."""
    years = []
    total = sum(DECADE_WEIGHTS.values())
    for decade, weight in DECADE_WEIGHTS.items():
        first = max(decade, FIRST_COHORT)
        span = min(decade + 9, LAST_COHORT) - first + 1
        count = round(weight * 1000 / total)
        years += [first + i % span for i in range(count)]
    random.Random(0).shuffle(years)
    return years


COHORTS = _cohorts()


def first_award_year(person):
    """The year of the first award of the person with this number (from 0)."""
    return COHORTS[person % len(COHORTS)]


def student_number(person):
    """The student number of the person with this number (from 0): two digits of
    the year and seven of the person, text because of leading zeros."""
    return f"{first_award_year(person) % 100:02d}{person:07d}"


class _Totals(dict):
    def add(self, name, key=None):
        if key is None:
            self[name] = self.get(name, 0) + 1
        else:
            counts = self.setdefault(name, {})
            counts[key] = counts.get(key, 0) + 1


class Registrar:
    """The people of the university one after the other, and the lines of each."""

    def __init__(self, people, seed, first=0):
        self.first = first
        self.people = first + people
        self.rng = random.Random(seed)
        self.first_degrees = [d for d, w in DEGREE_WEIGHTS.items() for _ in range(w)]
        self.totals = _Totals(
            lines=0,
            people=0,
            degrees=0,
            graduates=0,
            deceased=0,
            invalid_email_lines=0,
            people_per_school={},
            graduates_per_first_award_decade={},
            repeated_lines=0,
            second_student_number=0,
            rejected_bad_date=0,
            rejected_no_student_number=0,
            rejected_no_name=0,
        )

    def _pick(self, choices):
        return choices[int(self.rng.random() * len(choices))]

    def identity(self, person):
        """Family name, first name, title and birth date. No two people share all of
        family name, first name and birth date: within one round of all name
        combinations the names differ, between rounds the day of birth does."""
        firsts = FEMALE if person % 2 else MALE
        family_count, first_count = len(FAMILY_NAMES), len(firsts)
        round_, place = divmod(person // 2, family_count * first_count)
        # a step without common factor visits every combination once a round
        place = place * 7919 % (family_count * first_count)
        family = FAMILY_NAMES[place // first_count]
        first = firsts[place % first_count]
        year = first_award_year(person) - 22 - int(self.rng.random() * 4)
        rounds = 1 + (self.people // 2) // (family_count * first_count)
        if rounds > 336:
            raise ValueError("There are not enough names for so many people.")
        day = round_ + rounds * int(self.rng.random() * (336 // rounds))
        month, day = divmod(day, 28)
        return (
            family,
            first,
            "Mme" if person % 2 else "M.",
            f"{day + 1:02d}/{month + 1:02d}/{year}",
        )

    def phone(self):
        digits = f"{self._pick(PHONE_RANGES)}{int(self.rng.random() * 10000):04d}"
        pairs = " ".join(digits[i : i + 2] for i in range(0, 10, 2))
        return self._pick((digits, pairs, "+33 " + pairs[1:], "+33 (0)" + pairs[1:]))

    def email(self, family, first, person):
        """An address and whether it is one."""
        local = f"{plain(first)}.{plain(family)}{person}"
        domain = self._pick(MAIL_DOMAINS)
        if self.rng.random() < 0.018:
            return self._pick(
                (f"{local}@@{domain}", f"{local} at {domain}", f"{local}@ {domain}")
            ), False
        return f"{local}@{domain}", True

    def address(self):
        street = f"{self._pick(_STREETS)} {self._pick(FAMILY_NAMES).title()}"
        if self.rng.random() < 0.8:
            street = f"{1 + int(self.rng.random() * 300)}, {street}"
        town = self._pick(FAMILY_NAMES).title() + self._pick(_TOWNS)
        code = f"{1000 + int(self.rng.random() * 94000):05d}"
        return f"{street};{code};{town};{self._pick(COUNTRIES)}"

    def contact(self, person, family, first):
        """The columns that are the same on every line of one person, and whether the
        address is valid."""
        email, valid = "", True
        if self.rng.random() < 0.62:
            email, valid = self.email(family, first, person)
        phone = self.phone() if self.rng.random() < 0.4 else ""
        consent = "N;"
        if self.rng.random() < 0.336:
            consent = f"O;01/{1 + int(self.rng.random() * 11):02d}/2024"
        dead = self.rng.random() < (0.04 if first_award_year(person) < 1985 else 0.006)
        linkedin = ""
        if self.rng.random() < 0.243:
            linkedin = (
                "https://www.linkedin.example/in/"
                f"{plain(first)}-{plain(family)}-{person:06x}"
            )
        return (
            f"{email};{phone};{self.address()}",
            f"{consent};{'O' if dead else 'N'};{linkedin}",
            valid,
            dead,
        )

    def lines(self, person):
        """Every line of one person, counted into the totals."""
        totals, random_ = self.totals, self.rng.random
        family, first, title, born = self.identity(person)
        birth_name = family
        if title == "Mme" and random_() < 0.13:
            birth_name = self._pick(FAMILY_NAMES)
        before, after, valid_email, dead = self.contact(person, family, first)
        number = student_number(person)
        year = first_award_year(person)
        degree = self._pick(self.first_degrees)
        school = DEGREES[degree][0]
        head = f"{birth_name};{family};{first};{title};{born};{before}"

        totals.add("people")
        totals.add("people_per_school", school)
        if dead:
            totals.add("deceased")
        student = year >= LAST_COHORT - 3 and random_() < 0.25
        if student:
            status = "PRIMO" if random_() < 0.28 else "REINSCRIT"
            start = LAST_COHORT if status == "PRIMO" else LAST_COHORT - 1
            lines = [f"{number};{head};{self.course(degree)};{start};;{status};{after}"]
            totals.add("degrees")
        else:
            totals.add("graduates")
            totals.add("graduates_per_first_award_decade", str(year // 10 * 10))
            lines = [f"{number};{head};{self.award(degree, year)};{after}"]
            totals.add("degrees")
            further = FURTHER.get(degree)
            if further and random_() < 0.45:
                second = self._pick(further)
                award = year + DEGREES[second][3]
                if award <= LAST_COHORT:
                    lines.append(f"{number};{head};{self.award(second, award)};{after}")
                    totals.add("degrees")
            if random_() < 0.025 and year % 100 != 99:
                lines.append(
                    self.second_number(person, birth_name, family, first, title, born)
                    + f";{before};{self.continuing(school, year)};{after}"
                )
                totals.add("degrees")
                totals.add("second_student_number")
        if random_() < 0.03:
            lines.append(self._pick(lines))
            totals.add("repeated_lines")
        if not valid_email:
            totals["invalid_email_lines"] += len(lines)
        if random_() < 0.012:
            lines.append(self.rejected(person, degree))
        totals["lines"] += len(lines)
        return lines

    def course(self, degree):
        school, label, level, _years = DEGREES[degree]
        return f"{school};{SCHOOLS[school]};{degree};{label};{level}"

    def award(self, degree, year):
        day = 3 + int(self.rng.random() * 26)
        start = year - DEGREES[degree][3]
        return f"{self.course(degree)};{start};{day:02d}/07/{year};DIPLOME"

    def continuing(self, school, year):
        code, label, level = CONTINUING
        award = min(LAST_COHORT, year + 1 + int(self.rng.random() * 25))
        return (
            f"{school};{SCHOOLS[school]};{code};{label};{level};{award - 1};"
            f"30/06/{award};DIPLOME"
        )

    def second_number(self, person, birth_name, family, first, title, born):
        """The same person as written at another counter: capitals, no accents."""
        bare = unicodedata.normalize("NFKD", first.upper())
        bare = "".join(c for c in bare if not unicodedata.combining(c))
        return (
            f"99{person:07d};{birth_name};{family};{bare.replace('-', ' ')};"
            f"{title};{born}"
        )

    def rejected(self, person, degree):
        """A line that a correct import refuses. It stands for nobody."""
        number = f"00{self.people + person:07d}"
        family, first = self._pick(FAMILY_NAMES), self._pick(MALE)
        born = f"{1 + int(self.rng.random() * 28):02d}/05/1979"
        award = self.award(degree, 2003)
        draw = self.rng.random()
        if draw < 0.48:
            self.totals.add("rejected_bad_date")
            award = f"{self.course(degree)};2008;31/02/2011;DIPLOME"
            who = f"{number};{family};{family};{first};M.;{born};"
        elif draw < 0.75:
            self.totals.add("rejected_no_student_number")
            who = f";{family} X;{family} X;{first};M.;;"
        else:
            self.totals.add("rejected_no_name")
            who = f"{number};;;;M.;{born};"
        return f"{who};;{self.address()};{award};N;;N;"


def write_registrar(stream, people, seed=2026, first=0):
    """Write the export of ``people`` people to the binary ``stream``; return the
    totals that a correct import reaches, named as in ``samples/expected.json``.

    :param first: the number of the first person; files of other numbers are about
        other people
    """
    registrar = Registrar(people, seed, first)
    stream.write(f"{COLUMNS}\r\n".encode(ENCODING))
    for start in range(first, registrar.people, BLOCK):
        block = []
        for person in range(start, min(start + BLOCK, registrar.people)):
            block += registrar.lines(person)
        registrar.rng.shuffle(block)
        block.append("")
        stream.write("\r\n".join(block).encode(ENCODING))
    totals = registrar.totals
    for key in ("people_per_school", "graduates_per_first_award_decade"):
        totals[key] = dict(sorted(totals[key].items()))
    totals["rejected"] = sum(totals[k] for k in totals if k.startswith("rejected_"))
    return dict(totals)


GIFT_WEIGHTS = ("money",) * 50 + ("time",) * 30 + ("skill",) * 10 + ("network",) * 10


def write_gifts(stream, gifts, people, seed=2026, years=(2019, 2025)):
    """Write ``gifts`` lines in the layout of ``samples/gifts.csv`` to the binary
    ``stream``, given by the ``people`` of :func:`write_registrar`; return totals."""
    rng = random.Random(seed * 31 + 7)
    pick = rng.random
    totals = {f"count_{kind}": 0 for kind in sorted(set(GIFT_WEIGHTS))}
    cents, half_hours = 0, 0
    stream.write(b"donor_ref,date,type,amount_eur,hours,description\n")
    # a tenth of the people give most of the gifts, as everywhere
    givers = max(1, people // 10)
    block = []
    for number in range(1, gifts + 1):
        person = int(pick() * (givers if pick() < 0.7 else people))
        kind = GIFT_WEIGHTS[int(pick() * len(GIFT_WEIGHTS))]
        year = years[0] + int(pick() * (years[1] - years[0] + 1))
        day = f"{year}-{1 + int(pick() * 12):02d}-{1 + int(pick() * 28):02d}"
        amount = hours = ""
        if kind == "money":
            value = 1000 + int(pick() ** 3 * 60000)
            cents += value
            amount = f"{value / 100:.2f}"
        elif kind in ("time", "skill"):
            value = 1 + int(pick() * 16)
            half_hours += value
            hours = f"{value / 2:g}"
        totals[f"count_{kind}"] += 1
        block.append(f"{student_number(person)},{day},{kind},{amount},{hours},\n")
        if number % BLOCK == 0:
            stream.write("".join(block).encode())
            block.clear()
    stream.write("".join(block).encode())
    return totals | {"amount_eur": cents / 100, "hours": half_hours / 2}


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m data.generator", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--gifts", metavar="FILE", help="also write this many gifts")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", default="sis_export.csv", metavar="FILE")
    args = parser.parse_args(argv)
    with open(args.out, "wb") as stream:
        totals = write_registrar(stream, args.people, args.seed)
    if args.gifts:
        with open(args.gifts, "wb") as stream:
            totals["gifts"] = write_gifts(stream, args.people, args.people, args.seed)
    json.dump(totals, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
