"""Fills an empty database with a fictional French university.

What a registrar and a gift office would send goes through the real intake; what
staff, events, newsletters and surveys add over five fiscal years is recorded with the
models themselves. The same seed gives the same university. Every step is one
transaction and is remembered, so that a load that was interrupted goes on where it
stopped and a second load does nothing.
"""

import csv
import io
import logging
import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

from odoo import Command

from . import generator
from .network import NetworkSteps

_logger = logging.getLogger(__name__)

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_PEOPLE = 4000
DONE = "alumni_demo_university.steps"
"""System parameter: which steps of the load are done."""

FIRST_YEAR, LAST_YEAR = 2022, 2027
"""The periods (September to August, named by the year of their end) with activity.
The last one has only begun."""
LAST_DAY = date(2026, 10, 31)

GENERATIONS = (
    ("Generation 1", "Génération 1", 1900, 1979),
    ("Generation 2", "Génération 2", 1980, 1989),
    ("Generation 3", "Génération 3", 1990, 1999),
    ("Generation 4", "Génération 4", 2000, 2009),
    ("Generation 5", "Génération 5", 2010, 2014),
    ("Generation 6", "Génération 6", 2015, 2019),
    ("Generation 7", "Génération 7", 2020, 2024),
    ("Generation 8", "Génération 8", 2025, 2029),
)
PROGRAMMES = (
    ("mentoring_day", "Mentoring", "Mentorat", "mentoring"),
    ("career_talk", "Career talks", "Conférences métiers", "career_talks"),
    (
        "researcher_visit",
        "Researcher visits",
        "Rencontres de chercheurs",
        "researcher_visits",
    ),
    (
        "recruitment",
        "Recruitment and internships",
        "Recrutement et stages",
        "recruitment",
    ),
    ("governance", "Governance visits", "Visites de gouvernance", "governance_visits"),
    ("webinar", "Lifelong learning", "Formation tout au long de la vie", None),
    ("volunteering", "Juries and volunteering", "Jurys et bénévolat", "volunteering"),
    ("ambassadors", "Ambassadors", "Ambassadeurs", "ambassadors"),
    ("reunion", "Reunions", "Retrouvailles", "other"),
    ("graduation", "Graduation ceremonies", "Remises de diplômes", "other"),
)
ROLES = (
    # programme, role, how many a year for 4,000 people, hours from and to
    ("mentoring_day", "mentor", 34, 6, 20),
    ("mentoring_day", "mentee", 30, 4, 12),
    ("career_talk", "speaker", 22, 1, 4),
    ("researcher_visit", "host", 8, 2, 6),
    ("recruitment", "volunteer", 18, 1, 5),
    ("governance", "governance", 9, 8, 24),
    ("volunteering", "jury", 26, 4, 10),
    ("ambassadors", "organiser", 16, 3, 15),
)
DUES_EVERY = 12
"""One in so many active alumni pays dues."""
GROWTH = {2022: 0.7, 2023: 0.8, 2024: 1.0, 2025: 1.15, 2026: 1.35, 2027: 0.3}
"""How much goes on in a period, compared with 2024."""

EVENTS = (
    # day, programme, English and French name, seats
    (date(2022, 3, 24), "career_talk", "Careers in health", "Les métiers de la santé"),
    (date(2022, 6, 18), "reunion", "Reunion 2022", "Retrouvailles 2022"),
    (date(2025, 10, 9), "career_talk", "Working abroad", "Travailler à l'étranger"),
    (date(2025, 11, 27), "webinar", "AI at work", "L'IA au travail"),
    (date(2026, 1, 22), "graduation", "Graduation 2026", "Remise des diplômes 2026"),
    (date(2026, 3, 12), "mentoring_day", "Mentoring day", "Journée du mentorat"),
    (date(2026, 4, 16), "researcher_visit", "Open laboratory", "Labo ouvert"),
    (date(2026, 6, 20), "reunion", "Reunion 2026", "Retrouvailles 2026"),
    (date(2026, 10, 15), "career_talk", "First jobs", "Premiers emplois"),
    (date(2026, 12, 10), "webinar", "Energy saving", "Sobriété énergétique"),
    (date(2027, 1, 21), "graduation", "Graduation 2027", "Remise des diplômes 2027"),
)
RATES = (
    # first day, labour, role (none: all), euros an hour, what it rests on
    (date(2021, 9, 1), "paid", "staff", 36.0, "Grille 2021, charges et frais compris"),
    (date(2024, 1, 1), "paid", "staff", 38.5, "Grille 2024, charges et frais compris"),
    (date(2021, 9, 1), "volunteer", None, 22.0, "Décision du conseil, 2 juillet 2021"),
    (date(2024, 1, 1), "volunteer", None, 24.0, "Décision du conseil, 5 déc. 2023"),
    (date(2024, 1, 1), "volunteer", "governance", 45.0, "Décision du conseil"),
)
COSTS = (
    # English and French label, nature, payer or labour, euros or hours from and to
    ("Hall", "Location de salle", "expense", "university", 180, 900),
    ("Catering", "Traiteur", "expense", "other", 250, 1200),
    ("Printing", "Impression", "expense", "university", 40, 220),
    ("Preparation", "Préparation", "labour", "paid", 8, 30),
    ("Welcome", "Accueil du public", "labour", "volunteer", 4, 16),
)

SAMPLE_EVENTS = {
    "Career Talk": "Conférence métiers",
    "Graduation": "Remise des diplômes",
    "Mentoring Day": "Journée du mentorat",
    "Researcher Visit": "Rencontre de chercheurs",
    "Reunion": "Retrouvailles",
    "Webinar": "Webinaire",
}
"""French names of what the events of the sample file are."""
NEWSLETTERS = (
    (date(2021, 12, 7), "What has become of you?", "Que devenez-vous ?"),
    (date(2022, 11, 15), "Your university in ten pictures", "Dix images de la fac"),
    (date(2023, 10, 10), "Mentors wanted", "Cherchons mentors"),
    (date(2024, 11, 19), "An internship to offer?", "Un stage à proposer ?"),
    (date(2025, 11, 18), "Sixty years of the university", "Soixante ans déjà"),
    (date(2026, 10, 6), "New season of career talks", "Nouvelle saison"),
)
STRATEGIC = (
    (
        "ties",
        "A living tie with every graduate",
        "Un lien vivant avec chaque diplômé",
        "networking",
        (("%", "%"), 15, 30, 24.8),
        ("Engagement rate of 2025-2026", "Taux d'engagement de 2025-2026"),
    ),
    (
        "careers",
        "Graduates open doors for students",
        "Les diplômés ouvrent des portes aux étudiants",
        "leadership",
        (("internships", "stages"), 20, 60, 66),
        ("Offers of graduates in 2025-2026", "Offres des diplômés en 2025-2026"),
    ),
    (
        "learning",
        "The university learns from its graduates",
        "L'université apprend de ses diplômés",
        "learning",
        (("reports", "comptes rendus"), 0, 12, None),
        None,
    ),
)
OPERATIONAL = (
    (
        "mentoring_day",
        "Mentors who go on",
        "Des mentors qui continuent",
        (("%", "%"), 20, 50, 41),
        ("List of mentors, June 2026", "Liste des mentors, juin 2026"),
        "partly",
        (
            ("careers", "3", "A mentor opens doors", "Un mentor ouvre des portes"),
            ("ties", "2", "Mentors meet", "Les mentors se rencontrent"),
        ),
    ),
    (
        "career_talk",
        "Speakers from every school",
        "Des intervenants de chaque composante",
        (("schools", "composantes"), 4, 7, 7),
        (
            "Programme of the talks 2025-2026",
            "Programme des conférences 2025-2026",
        ),
        "conform",
        (
            (
                "careers",
                "2",
                "Students hear of careers",
                "Les étudiants découvrent des métiers",
            ),
        ),
    ),
    (
        "researcher_visit",
        "Researchers who meet graduates",
        "Des chercheurs qui rencontrent des diplômés",
        (("researchers", "chercheurs"), 0, 12, 9),
        ("", ""),
        "",
        (
            (
                "learning",
                "3",
                "Their questions come from practice",
                "Leurs questions viennent du terrain",
            ),
        ),
    ),
)
IMPROVEMENTS = (
    (
        "mentoring_day",
        "Invite mentors a month earlier",
        "Inviter les mentors un mois plus tôt",
        "done",
    ),
    (
        "career_talk",
        "Film the talks for those abroad",
        "Filmer les conférences pour ceux qui vivent à l'étranger",
        "accepted",
    ),
    ("career_talk", "A larger room", "Une salle plus grande", "refused"),
    (
        "researcher_visit",
        "Ask graduates for topics",
        "Demander des sujets aux diplômés",
        "suggested",
    ),
)
ANSWER_TAGS = (
    ("Place", "Lieu"),
    ("Time", "Horaire"),
    ("Speakers", "Intervenants"),
    ("Meeting people", "Rencontres"),
)
COMMENTS = (
    ("La salle était trop petite.", 0),
    ("Difficile de venir un soir de semaine, pourquoi pas un samedi ?", 1),
    ("Des intervenants passionnants, à réinviter.", 2),
    ("J'ai retrouvé deux camarades de promotion, merci !", 3),
    ("Prévoir plus de temps pour échanger entre nous.", 3),
    ("Une captation vidéo aiderait ceux qui vivent loin.", None),
)
INTERESTS = (
    ("Culture", "Culture", "taste", ("Cinema", "Choir", "Museums", "Theatre")),
    ("Sport", "Sport", "taste", ("Hiking", "Rowing", "Running", "Handball")),
    ("Science", "Sciences", "taste", ("Astronomy", "Ecology", "Health")),
    ("Languages", "Langues", "skill", ("English", "German", "Mandarin", "Arabic")),
    ("Digital", "Numérique", "skill", ("Data analysis", "Web", "Security")),
    ("Help", "Entraide", "capacity", ("Hosting", "Internships", "Public speaking")),
)
TOPICS = {
    "career_talk": "profession",
    "researcher_visit": "science",
    "reunion": "leisure",
    "webinar": "science",
}
"""Kind of event and interest that it is about."""
ENTRIES = (
    ("fte", 3.2, 3.5, "Tableau des emplois au 31 décembre"),
    ("operating_budget", 4_100_000, 4_250_000, "Compte financier, charges courantes"),
    (
        "earned_revenue",
        14_800,
        16_350,
        "Régie de recettes : cotisations et partenaires",
    ),
    ("promotion_cost", 1_350, 1_520, "Factures d'impression et d'affranchissement"),
    ("search_cost", 900, 780, "Contrat de recherche d'adresses"),
    ("platform_cost", 5_400, 5_600, "Contrat d'hébergement"),
    ("students", 6_240, 6_310, "Enquête SISE au 15 janvier"),
    ("respondents_employed", 412, 438, "Enquête insertion, promotion sortante"),
    ("hired_by_network", 61, 74, "Enquête insertion, promotion sortante"),
    ("testimonials", 9, 14, "Revue de presse et site de l'université"),
)
"""Measure, what was entered for the last two complete periods, on what evidence."""
EMPLOYER_HEADS = (
    "Altévia Boréal Caldera Dorvane Éloria Ferrandis Galvia Hestia Isoré Jorane "
    "Kervia Lumena Mérindol Novéa Oriane Pélican Quintaine Rivoire Solvane Tréville"
).split()
EMPLOYER_TAILS = ("Conseil", "Énergie", "Ingénierie", "Santé", "Services")
TARGETS = (
    ("ENG-05", 75, 70, "Plan stratégique 2025-2028"),
    ("ENG-06", 12, 0, "Plan stratégique 2025-2028"),
    ("ENG-14", 600, 0, "Conseil d'administration de juin 2025"),
    ("ENG-15", 25, 15, "Conseil d'administration de juin 2025"),
    ("ENG-17", 8, 0, "Conseil d'administration de juin 2025"),
    ("ENG-56", 4, 3.5, "Charte des événements"),
)
"""Code of the indicator, what is expected, threshold or 0, and why."""


def load(env, people=SAMPLE_PEOPLE, seed=2026, progress=_logger.info):
    """Fill the database of ``env`` with a fictional university of ``people`` people.

    With the default size the people are those of ``samples/sis_export.csv``, else they
    are generated. Commits after each step; a second call does nothing.

    :param progress: called with one line of text per step
    """
    University(env, people, seed, progress).load()


class University(NetworkSteps):
    """The steps of the load, in order, and what they share."""

    STEPS = (
        ("users", "users"),
        ("settings", "settings, generations and programmes"),
        ("objectives", "objectives and points to improve"),
        ("people", "people and degrees"),
        ("gifts", "gifts"),
        ("thanks", "thanks"),
        ("knowledge", "interests, motivations and employers"),
        ("consents", "consents"),
        ("participations", "mentors, speakers and juries"),
        ("events", "events"),
        ("mentoring", "mentors and mentees"),
        ("opportunities", "jobs and internships"),
        ("costs", "hourly rates and costs"),
        ("hours", "hours of volunteers"),
        ("newsletters", "newsletters"),
        ("surveys", "surveys"),
        ("answers", "answers about events"),
        ("ambassadors", "ambassadors"),
        ("entries", "figures entered by hand"),
        ("targets", "targets"),
        ("portfolios", "who is in charge of whom, and what is due"),
        ("scores", "scores"),
        ("reports", "monthly report"),
        # The last: what is dated in closed periods after this is a change since.
        ("periods", "closed periods"),
    )

    def __init__(self, env, people, seed, progress):
        self.env = env(
            context=dict(
                env.context,
                tracking_disable=True,
                mail_create_nosubscribe=True,
                no_reset_password=True,
            )
        )
        self.people = people
        self.seed = seed
        self.progress = progress
        self.company = env.company
        self.last_day = min(LAST_DAY, date.today())
        self.french = "fr_FR" in dict(env["res.lang"].get_installed())

    def load(self):
        parameters = self.env["ir.config_parameter"].sudo()
        done = (parameters.get_param(DONE) or "").split()
        for number, (step, title) in enumerate(self.STEPS, 1):
            if step in done:
                continue
            self.progress(f"{number}/{len(self.STEPS)} {title}")
            # a stream of its own, so that no step depends on what ran before it
            self.rng = random.Random(f"{self.seed} {step}")
            getattr(self, f"_load_{step}")()
            done.append(step)
            parameters.set_param(DONE, " ".join(done))
            self.env.cr.commit()

    # what the steps share

    def _scaled(self, count):
        return max(1, round(count * self.people / SAMPLE_PEOPLE))

    def _day_in(self, year):
        """A working-season day of the period that ends in ``year``."""
        first = date(year - 1, 9, 1)
        last = min(date(year, 8, 31), LAST_DAY)
        return first + timedelta(days=self.rng.randrange((last - first).days + 1))

    def _create(self, model, values, french=None):
        """Create records whose names are English; ``french`` are their French names,
        used when that language is installed."""
        records = self.env[model].create(values)
        if self.french and french:
            for record, name in zip(records, french, strict=True):
                record.with_context(lang="fr_FR").name = name
        return records

    def _write_groups(self, values):
        """Write ``{partner id: values}``, one write per distinct set of values."""
        groups = defaultdict(list)
        for partner_id, vals in values.items():
            groups[tuple(vals.items())].append(partner_id)
        for vals, ids in groups.items():
            self.env["res.partner"].browse(ids).write(dict(vals))

    def _numbers(self):
        """Student numbers with their people, in the order of the numbers."""
        rows = self.env["alumni.student.number"].search_read(
            [("company_id", "=", self.company.id)],
            ["name", "partner_id"],
            order="name",
            load="",
        )
        return {row["name"]: row["partner_id"] for row in rows}

    def _active(self):
        """Living alumni and how prone each is to take part: a few do most, those who
        can be reached do more than the others. The same in every step."""
        partners = self.env["res.partner"].browse(
            dict.fromkeys(self._numbers().values())
        )
        rng = random.Random(f"{self.seed} propensity")
        ids, weights = [], []
        for partner in partners:
            draw = rng.random() ** 7
            if partner.is_alumnus and not partner.alumni_deceased:
                ids.append(partner.id)
                reach = 1.0 if partner.alumni_contactable else 0.15
                weights.append(draw * reach + 0.001)
        return ids, weights

    def _choose(self, pool, count):
        """``count`` different people out of ``(ids, weights)``, the prone first."""
        ids, weights = pool
        count = min(count, len(ids) // 2)
        chosen = {}
        while len(chosen) < count:
            for partner_id in self.rng.choices(ids, weights, k=count):
                chosen.setdefault(partner_id)
        return list(chosen)[:count]

    # the steps

    def _load_settings(self):
        self.company.write(
            {
                "name": "Université de Valmont-sur-Loue",
                "street": "1, place de l'Université",
                "zip": "99000",
                "city": "Valmont-sur-Loue",
                "country_id": self.env.ref("base.fr").id,
                "email": "alumni@universite.example",
                "website": "https://alumni.universite.example",
                "alumni_fiscal_month": "9",
            }
        )
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.company.currency_id = euro
        self.env["res.users"].search([]).tz = "Europe/Paris"
        self.company.alumni_tz = "Europe/Paris"
        if self.french:
            # What the institution writes is French, also to whom it does not know
            # better; users keep the language that they have chosen.
            self.company.partner_id.lang = "fr_FR"
            self.env["ir.default"].set("res.partner", "lang", "fr_FR")
        self._create(
            "alumni.generation",
            [
                {
                    "name": name,
                    "year_from": year_from,
                    "year_to": year_to,
                    "company_id": self.company.id,
                }
                for name, _french, year_from, year_to in GENERATIONS
            ],
            [french for _name, french, *_years in GENERATIONS],
        )
        known = set(
            self.env["alumni.programme"]
            .search([("company_id", "=", self.company.id)])
            .mapped("code")
        )
        new = [row for row in PROGRAMMES if row[0] not in known]
        self._create(
            "alumni.programme",
            [
                {
                    "code": code,
                    "name": name,
                    "programme_type": kind or "lifelong_learning",
                    "sequence": sequence * 10,
                    "date_start": date(2021, 9, 1),
                    "stage_id": self.env.ref(
                        "alumni_relations.programme_stage_running"
                    ).id,
                    "budget_amount": 60000,
                    "user_id": self._officer().id,
                    "company_id": self.company.id,
                }
                for sequence, (code, name, _french, kind) in enumerate(new, 1)
            ],
            [french for _code, _name, french, _kind in new],
        )

    def _load_objectives(self):
        officer = self._officer()
        owned = {
            "company_id": self.company.id,
            "state": "open",
            "user_id": officer.id,
        }
        strategic = self._create(
            "alumni.objective",
            [
                {
                    **owned,
                    "level": "strategic",
                    "name": name,
                    "impact_objective": impact,
                    "date_start": date(2025, 9, 1),
                    "date_end": date(2028, 8, 31),
                    "unit": unit[self.french],
                    "baseline": baseline,
                    "expected": expected,
                    "actual": actual or 0,
                    "result_date": actual is not None and LAST_DAY,
                    "evidence": evidence and evidence[self.french],
                }
                for (
                    _key,
                    name,
                    _french,
                    impact,
                    (unit, baseline, expected, actual),
                    evidence,
                ) in STRATEGIC
            ],
            [row[2] for row in STRATEGIC],
        )
        served = dict(zip((row[0] for row in STRATEGIC), strategic.ids, strict=True))
        programmes = {
            programme.code: programme.id
            for programme in self.env["alumni.programme"].search(
                [("company_id", "=", self.company.id)]
            )
        }
        self._create(
            "alumni.objective",
            [
                {
                    **owned,
                    "name": name,
                    "programme_id": programmes[code],
                    "date_start": date(2025, 9, 1),
                    "date_end": LAST_DAY,
                    "unit": unit[self.french],
                    "baseline": baseline,
                    "expected": expected,
                    "actual": actual,
                    "result_date": LAST_DAY,
                    "evidence": evidence[self.french],
                    "conformity": conformity,
                    "state": "closed" if conformity else "open",
                    "link_ids": [
                        Command.create(
                            {
                                "strategic_id": served[key],
                                "coherence": coherence,
                                "reason": french if self.french else reason,
                            }
                        )
                        for key, coherence, reason, french in serves
                    ],
                }
                for (
                    code,
                    name,
                    _french,
                    (unit, baseline, expected, actual),
                    evidence,
                    conformity,
                    serves,
                ) in OPERATIONAL
            ],
            [row[2] for row in OPERATIONAL],
        )
        for code, name, french, state in IMPROVEMENTS:
            improvement = self.env["alumni.improvement"].create(
                {
                    "name": french if self.french else name,
                    "programme_id": programmes[code],
                    "user_id": officer.id,
                    "date": LAST_DAY,
                    "date_deadline": LAST_DAY + timedelta(days=90),
                }
            )
            if state != "suggested":
                improvement.action_accept()
            if state in ("done", "refused"):
                getattr(improvement, f"action_{state.replace('refused', 'refuse')}")()

    def _take(self, kind, name, content):
        result = self.env["alumni.import"].run_files(kind, [(name, content)])
        self.progress(
            f"    {name}: {result['lines']} lines, {result['rejected']} rejected"
        )

    def _load_people(self):
        if self.people == SAMPLE_PEOPLE:
            content = (SAMPLES / "sis_export.csv").read_bytes()
        else:
            stream = io.BytesIO()
            generator.write_registrar(stream, self.people, self.seed)
            content = stream.getvalue()
        self._take("people", "sis_export.csv", content)

    def _load_gifts(self):
        if self.people == SAMPLE_PEOPLE:
            content = (SAMPLES / "gifts.csv").read_bytes()
        else:
            stream = io.BytesIO()
            generator.write_gifts(stream, self.people, self.people, self.seed)
            content = stream.getvalue()
        self._take("gifts", "gifts.csv", content)
        ids, weights = self._active()
        number_of = {partner: number for number, partner in self._numbers().items()}
        lines = ["donor_ref,date,type,amount_eur,hours,description"]
        for year in (2026, 2027):
            growth = self._scaled(1000 * GROWTH[year]) / 1000
            for partner_id in self._choose((ids, weights), round(330 * growth)):
                amount = 20 + int(self.rng.random() ** 4 * 350) + self.rng.random()
                lines.append(
                    f"{number_of[partner_id]},{self._day_in(year)},money,{amount:.2f},,"
                    "Campagne annuelle"
                )
            for partner_id in self._choose((ids, weights), round(240 * growth)):
                kind = self.rng.choice(("time", "time", "skill", "network"))
                hours = "" if kind == "network" else self.rng.randint(2, 16) / 2
                lines.append(
                    f"{number_of[partner_id]},{self._day_in(year)},{kind},,{hours},"
                )
            for partner_id in ids[::DUES_EVERY]:
                lines.append(
                    f"{number_of[partner_id]},{year - 1}-10-15,dues,30,,Cotisation"
                )
        content = "\n".join([*lines, ""]).encode()
        self._take("gifts", "campagne_2026.csv", content)

    def _load_thanks(self):
        """Donors were thanked, most of them within days; for the last gifts nobody
        has done it yet."""
        gifts = self.env["alumni.gift"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "received"),
                ("gift_type_id.is_dues", "=", False),
                ("date", ">=", date(2024, 9, 1)),
                ("date", "<", LAST_DAY - timedelta(days=10)),
            ],
            order="date, id",
        )
        by_day = defaultdict(list)
        for number, gift in enumerate(gifts):
            if number % 9:
                late = (1, 2, 2, 4, 9)[number % 5]
                by_day[gift.date + timedelta(days=late)].append(gift.id)
        for day, ids in by_day.items():
            gifts.browse(ids).with_context(tracking_disable=True).thanked_date = day

    def _load_knowledge(self):
        ids = list(dict.fromkeys(self._numbers().values()))
        rng = self.rng
        today = LAST_DAY
        employers = [f"{h} {t}" for h in EMPLOYER_HEADS for t in EMPLOYER_TAILS]
        values = {}
        for partner_id in ids:
            vals = values[partner_id] = {}
            if rng.random() < 0.55:
                months = int(rng.random() ** 1.5 * 60)
                vals["alumni_verified_date"] = today - timedelta(days=30 * months)
        self._write_groups(values)
        values = {}
        for partner_id in ids:
            if rng.random() < 0.45:
                values[partner_id] = {
                    "alumni_employer": rng.choice(employers),
                    "alumni_employer_date": date(2021 + int(rng.random() * 6), 1, 1),
                }
        self._write_groups(values)
        # letters that came back: some people cannot be reached any more
        partners = self.env["res.partner"]
        partners.browse(i for i in ids if rng.random() < 0.22).write(
            {"street": False, "zip": False, "city": False}
        )
        for field, records, share in (
            ("alumni_interest_ids", self._interests(), 0.05),
            ("alumni_motivation_ids", self.env["alumni.motivation"].search([]), 0.06),
            (
                "alumni_ready_gift_type_ids",
                self.env["alumni.gift.type"].search([("is_dues", "=", False)]),
                0.07,
            ),
        ):
            for record in records:
                some = [i for i in ids if rng.random() < share * (0.5 + rng.random())]
                partners.browse(some).write({field: [Command.link(record.id)]})
        # an institution's partner or member of staff can be a graduate, too
        audiences = {a.code: a for a in self.env["alumni.audience"].search([])}
        for code, share in (("staff", 0.02), ("partner", 0.01)):
            if code in audiences:
                some = [i for i in ids if rng.random() < share]
                partners.browse(some).write(
                    {"alumni_audience_ids": [Command.link(audiences[code].id)]}
                )

    def _interests(self):
        Interest = self.env["alumni.interest"]
        details = Interest.search([("parent_id", "!=", False)])
        if not details:
            for name, french, kind, names in INTERESTS:
                parent = self._create(
                    "alumni.interest", [{"name": name, "kind": kind}], [french]
                )
                details += Interest.create(
                    [{"name": n, "kind": kind, "parent_id": parent.id} for n in names]
                )
        return details

    def _load_consents(self):
        # The registrar's file says who had not agreed, not since when: that they all
        # objected on the day of the load would be a strange history.
        Consent = self.env["alumni.consent"]
        Consent.search([("source", "=", "registrar"), ("state", "=", "refused")]).write(
            {"date": date(2019, 8, 31)}
        )
        purposes = self.env["alumni.consent.purpose"].search([])
        values = []
        for partner_id in self._active()[0]:
            draw = self.rng.random()
            if draw > 0.09:
                continue
            year = self.rng.choice(range(FIRST_YEAR, LAST_YEAR))
            values.append(
                {
                    "partner_id": partner_id,
                    "purpose_id": self.rng.choice(purposes).id
                    if draw > 0.02 and purposes
                    else False,
                    "channel": self.rng.choice(("email", "email", "phone", False)),
                    "state": "given" if draw > 0.05 else "refused",
                    "date": self._day_in(year),
                    "source": self.rng.choice(("form", "mailing", "spoken")),
                    "company_id": self.company.id,
                }
            )
        Consent.create(values)

    def _load_participations(self):
        programmes = self._programmes()
        pool = self._active()
        values = []
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            for code, role, count, low, high in ROLES:
                chosen = self._choose(pool, self._scaled(count * GROWTH[year]))
                for partner_id in chosen:
                    day = self._day_in(year)
                    draw = self.rng.random()
                    values.append(
                        {
                            "partner_id": partner_id,
                            "programme_id": programmes[code],
                            "role": role,
                            "state": "done" if draw < 0.93 else "cancelled",
                            "date": day,
                            "hours": self.rng.randint(2 * low, 2 * high) / 2,
                            "company_id": self.company.id,
                        }
                    )
        self.env["alumni.participation"].create(values)

    def _programmes(self):
        programmes = self.env["alumni.programme"].search(
            [("company_id", "=", self.company.id), ("code", "!=", False)]
        )
        return {programme.code: programme.id for programme in programmes}

    def _load_events(self):
        """The events of the sample files and those of the seasons around them, with
        who was invited, what they answered and who came."""
        self._take("events", "events.csv", (SAMPLES / "events.csv").read_bytes())
        self._take("invitations", "invitations.csv", self._sample_invitations())
        self._name_sample_events()
        programmes = self._programmes()
        kinds = {
            kind.code: kind.id for kind in self.env["alumni.event.kind"].search([])
        }
        pool = self._active()
        events = self._create(
            "event.event",
            [
                self._event_values(
                    name, programmes.get(code), kinds.get(code), day, 150
                )
                for day, code, name, _french in EVENTS
            ],
            [french for *_rest, french in EVENTS],
        )
        registrations, invitations = [], []
        for event in events:
            coming = self._choose(pool, self._scaled(self.rng.randint(50, 95)))
            others = self._choose(pool, self._scaled(self.rng.randint(90, 160)))
            # a few walk in: they were not invited
            walk_ins = coming[: self.rng.randint(1, 3)]
            guests = {partner_id: self.rng.random() < 0.8 for partner_id in coming}
            registrations += self._registrations(
                event, guests | dict.fromkeys(walk_ins, True)
            )
            invitations += [
                self._invitation(event, partner_id, "yes")
                for partner_id in coming
                if partner_id not in walk_ins
            ]
            invitations += [
                self._invitation(event, partner_id)
                for partner_id in others
                if partner_id not in guests
            ]
        self._name_topics()
        # who has a seat already gets no second one for the answer
        self.env["event.registration"].create(registrations)
        self.env["alumni.invitation"].create(invitations)
        self.env.flush_all()
        # Who registered did so before the event, unless nobody had asked the person,
        # who then came to the door. The ORM knows only today.
        self.env.cr.execute(
            """
            UPDATE event_registration registration
            SET create_date = CASE
                WHEN registration.state = 'done' AND NOT EXISTS (
                    SELECT FROM alumni_invitation invitation
                    WHERE invitation.event_id = registration.event_id
                        AND invitation.partner_id = registration.attendee_id
                )
                THEN event.date_begin + INTERVAL '10 minutes'
                ELSE event.date_begin - (5 + registration.id % 17) * INTERVAL '1 day'
            END
            FROM event_event event WHERE event.id = registration.event_id
            """
        )
        self.env["event.registration"].invalidate_model(["create_date"])

    def _name_topics(self):
        """What events of some kinds are about, among the interests of people."""
        for kind, topic in TOPICS.items():
            events = self.env["event.event"].search(
                [("alumni_kind_id.code", "=", kind)]
            )
            events.alumni_topic_ids = self.env.ref(f"alumni_relations.interest_{topic}")

    def _name_sample_events(self):
        """Give the events of the sample file their French names, and who is in charge
        of them."""
        events = self.env["event.event"].search([("name", "like", " #")])
        events.user_id = self._officer()
        if self.french:
            for event in events:
                kind = next(k for k in SAMPLE_EVENTS if event.name.startswith(k))
                name = event.name.replace(kind, SAMPLE_EVENTS[kind])
                event.with_context(lang="fr_FR").name = name.replace("#", "n° ")

    def _officer(self):
        """Who is in charge of what the university does."""
        return self.env["res.users"].search([("login", "=", "officer")], limit=1)

    def _sample_invitations(self):
        """The file of invitations for a university of any size: the guests of the
        sample by number, or somebody in their place."""
        numbers = self._numbers()
        everyone = list(numbers)
        with open(SAMPLES / "invitations.csv", encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
        output = io.StringIO(newline="")
        writer = csv.DictWriter(output, reader.fieldnames)
        writer.writeheader()
        for row in rows:
            if row["person_ref"] not in numbers:
                row["person_ref"] = everyone[int(row["person_ref"]) % len(everyone)]
            writer.writerow(row)
        return output.getvalue().encode()

    def _invitation(self, event, partner_id, answer=None):
        """One person asked three to six weeks before the event, or before the last
        day when the event is still to come."""
        latest = min(event.date_begin, datetime(LAST_DAY.year, LAST_DAY.month, 30))
        invited = latest - timedelta(days=self.rng.randint(21, 42))
        bounced = not answer and self.rng.random() < 0.02
        if not answer and not bounced:
            answer = self.rng.choices(("no", "maybe", None), (4, 1, 5))[0]
        return {
            "event_id": event.id,
            "partner_id": partner_id,
            "invited_date": invited.date(),
            "delivered_date": not bounced and invited.date(),
            "bounced": bounced,
            **(
                {
                    "answer": answer,
                    "answer_channel": self.rng.choices(
                        ("link", "email", "phone"), (8, 1, 1)
                    )[0],
                    "answer_date": invited + timedelta(days=self.rng.randint(0, 18)),
                }
                if answer
                else {}
            ),
        }

    def _event_values(self, name, programme_id, kind_id, day, seats):
        begin = datetime(day.year, day.month, day.day, 16, 30)
        past = day <= LAST_DAY
        return {
            "name": name,
            "programme_id": programme_id,
            "alumni_kind_id": kind_id,
            "date_begin": begin,
            "date_end": begin + timedelta(hours=3),
            "date_tz": "Europe/Paris",
            "seats_limited": not past,
            "seats_max": seats,
            "stage_id": self.env.ref(
                "event.event_stage_done" if past else "event.event_stage_announced"
            ).id,
            "event_mail_ids": [],
            "user_id": self._officer().id,
            "company_id": self.company.id,
        }

    def _registrations(self, event, attended):
        """Who registered for an event: ``{partner id: came}``."""
        begin = event.date_begin
        past = begin.date() <= LAST_DAY
        partners = self.env["res.partner"].browse(attended)
        return [
            {
                "event_id": event.id,
                "partner_id": partner.id,
                "attendee_id": partner.id,
                "name": partner.name,
                "email": partner.email_normalized,
                "phone": False,
                "state": "done" if past and attended[partner.id] else "open",
                "date_closed": begin if past and attended[partner.id] else False,
            }
            for partner in partners
        ]

    def _load_newsletters(self):
        Mailing = self.env["mailing.mailing"]
        model = self.env["ir.model"]._get("res.partner")
        readers = self.env["res.partner"].search(
            [("is_alumnus", "=", True), ("alumni_email_reason", "=", "ok")],
            order="alumni_match_key, id",
        )
        active = dict(zip(*self._active(), strict=True))
        purpose = self.env.ref("alumni_relations.purpose_newsletter")
        traces = []
        for day, subject, french in NEWSLETTERS:
            sent = datetime(day.year, day.month, day.day, 8, 0)
            mailing = Mailing.create(
                {
                    "name": subject,
                    "subject": subject,
                    "mailing_type": "mail",
                    "mailing_model_id": model.id,
                    "mailing_domain": "[('is_alumnus', '=', True)]",
                    "alumni_purpose_id": purpose.id,
                    "user_id": self._officer().id,
                    "email_from": self.company.email_formatted,
                    "body_arch": f"<p>{subject}</p>",
                    "body_html": f"<p>{subject}</p>",
                    "reply_to_mode": "update",
                    "sent_date": sent,
                    "state": "done",
                }
            )
            if self.french:
                mailing.with_context(lang="fr_FR").subject = french
            for reader in readers:
                traces.append(self._trace(mailing, reader, sent, active))
        self.env["mailing.trace"].create(traces)

    def _trace(self, mailing, reader, sent, active):
        """What one person did with one newsletter."""
        later = sent + timedelta(hours=1 + int(self.rng.random() ** 3 * 200))
        prone = active.get(reader.id, 0)
        draw = self.rng.random()
        status = "sent"
        if draw < 0.01:
            status = "bounce"
        elif draw < 0.04 + prone * 0.25:
            status = "reply"
        elif draw < 0.40:
            status = "open"
        read = status in ("open", "reply")
        return {
            "mass_mailing_id": mailing.id,
            "model": "res.partner",
            "res_id": reader.id,
            "email": reader.email_normalized,
            "trace_status": status,
            "sent_datetime": sent,
            "open_datetime": read and later,
            "reply_datetime": status == "reply" and later,
            "links_click_datetime": read and self.rng.random() < 0.25 and later,
        }

    def _load_costs(self):
        """Hourly rates, the costs of the sample file, those of the events around them
        and of the programmes themselves. What is recent waits for validation."""
        self.env["alumni.hourly.rate"].create(
            [
                {
                    "date_from": day,
                    "labour": labour,
                    "role": role,
                    "rate": rate,
                    "evidence": evidence,
                }
                for day, labour, role, rate, evidence in RATES
            ]
        )
        self._take("costs", "costs.csv", (SAMPLES / "costs.csv").read_bytes())
        names = [name for _day, _code, name, _french in EVENTS]
        events = self.env["event.event"].with_context(lang="en_US")
        values = []
        for event in events.search([("name", "in", names)], order="id"):
            day = event.date_begin.date()
            if day <= LAST_DAY:
                values += [
                    self._cost_values(row, day, event_id=event.id) for row in COSTS
                ]
        programmes = self._programmes()
        values += [
            self._cost_values(
                COSTS[3], self._day_in(year), programme_id=programmes[code]
            )
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            for code in ("mentoring_day", "ambassadors", "volunteering")
        ]
        lines = self.env["alumni.cost.line"].create(values)
        lines.filtered(lambda line: line.date < date(2026, 9, 1)).action_validate()

    def _cost_values(self, row, day, **action):
        label, french, nature, who, low, high = row
        values = {"name": french if self.french else label, "date": day, **action}
        amount = self.rng.randint(low, high)
        if nature == "labour":
            return values | {"nature": nature, "labour": who, "hours": amount}
        if who == "other":
            values["payer_name"] = self.rng.choice(EMPLOYER_HEADS)
        return values | {"nature": nature, "payer": who, "amount": amount}

    def _load_hours(self):
        """The office has checked the hours of volunteers, but for the last weeks."""
        lines = self.env["alumni.participation"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "done"),
                ("hours_state", "=", "reported"),
                ("date", "<", LAST_DAY - timedelta(days=45)),
            ],
            order="id",
        )
        refused = lines[::40]
        refused.write(
            {
                "hours_state": "refused",
                "hours_refusal": "Déjà saisies comme don de temps"
                if self.french
                else "Entered as a gift of time already",
            }
        )
        (lines - refused).action_validate_hours()

    def _load_surveys(self):
        for year, month in ((2023, 4), (2025, 5)):
            self._load_survey(date(year, month, 3))

    def _load_survey(self, opened):
        survey = self._create(
            "survey.survey",
            [
                {
                    "title": f"You and your university {opened.year}",
                    "access_mode": "token",
                    "users_login_required": False,
                    "questions_layout": "one_page",
                }
            ],
        )
        if self.french:
            survey.with_context(
                lang="fr_FR"
            ).title = f"Vous et votre université {opened.year}"
        question = {"survey_id": survey.id}
        recommend, ties, wish = self.env["survey.question"].create(
            [
                question
                | {
                    "title": "How likely are you to recommend your university?",
                    "question_type": "scale",
                    "scale_min": 0,
                    "scale_max": 10,
                    "alumni_measure": "recommendation",
                    "alumni_question_kind": "quantitative",
                    "alumni_recommend_what": "institution",
                    "alumni_bank_id": self.env.ref(
                        "alumni_relations.bank_recommend_institution"
                    ).id,
                },
                question
                | {
                    "title": "How do you keep in touch?",
                    "question_type": "simple_choice",
                    "suggested_answer_ids": [
                        Command.create({"value": value})
                        for value in ("Events", "Newsletter", "Friends", "Not at all")
                    ],
                },
                question
                | {
                    "title": "What would you like?",
                    "question_type": "text_box",
                    "alumni_measure": "motivation",
                    "alumni_question_kind": "qualitative",
                },
            ]
        )
        if self.french:
            for asked, title in (
                (recommend, "Recommanderiez-vous votre université ?"),
                (ties, "Comment gardez-vous le contact ?"),
                (wish, "Que souhaiteriez-vous ?"),
            ):
                asked.with_context(lang="fr_FR").title = title
            for choice, value in zip(
                ties.suggested_answer_ids.with_context(lang="fr_FR"),
                ("Événements", "Lettre d'information", "Amis", "Pas du tout"),
                strict=True,
            ):
                choice.value = value
        wishes = ("Des stages", "Plus de rencontres", "Un annuaire", "")
        ids, weights = self._active()
        weights = [weight + 0.02 for weight in weights]
        inputs, answers = [], []
        for partner_id in self._choose((ids, weights), self._scaled(260)):
            end = datetime(opened.year, opened.month, opened.day, 9) + timedelta(
                hours=int(self.rng.random() ** 2 * 700)
            )
            inputs.append(
                {
                    "survey_id": survey.id,
                    "partner_id": partner_id,
                    "state": "done",
                    "start_datetime": end - timedelta(minutes=6),
                    "end_datetime": end,
                }
            )
            score = min(10, int(self.rng.gauss(8, 1.8)))
            answers.append(
                (max(0, score), self.rng.randrange(4), self.rng.choice(wishes))
            )
        user_inputs = self.env["survey.user_input"].create(inputs)
        lines = []
        for user_input, (score, tie, text) in zip(user_inputs, answers, strict=True):
            line = {"user_input_id": user_input.id}
            lines += [
                line
                | {
                    "question_id": recommend.id,
                    "answer_type": "scale",
                    "value_scale": score,
                },
                line
                | {
                    "question_id": ties.id,
                    "answer_type": "suggestion",
                    "suggested_answer_id": ties.suggested_answer_ids[tie].id,
                },
                line
                | {"question_id": wish.id}
                | (
                    {"answer_type": "text_box", "value_text_box": text}
                    if text
                    else {"skipped": True}
                ),
            ]
        self.env["survey.user_input.line"].create(lines)

    def _load_answers(self):
        """Those who came to an event were asked how it was; three of five answered."""
        survey = self.env.ref("alumni_relations.survey_after_event")
        question = {
            name: self.env.ref(f"alumni_relations.question_event_{name}")
            for name in (
                "satisfaction",
                "recommend",
                "expectation_event",
                "networking_quantitative_1",
                "networking_sentiment_1",
            )
        }

        def rating(mean, low=1, high=5):
            return min(high, max(low, round(self.rng.gauss(mean, 0.18 * high))))

        rows = []
        moods = defaultdict(lambda: self.rng.gauss(4.1, 0.3))
        for seat in self.env["event.registration"].search(
            [("state", "=", "done"), ("attendee_id", "!=", False)], order="id"
        ):
            mood = moods[seat.event_id.id]
            day = seat.event_id.date_begin.date()
            answers = {}
            if self.rng.random() < 0.6:
                answers = {
                    "satisfaction": rating(mood),
                    "recommend": rating(mood * 2, 0, 10),
                    "expectation_event": rating(3.9),
                    "networking_quantitative_1": rating(mood - 0.4),
                    "networking_sentiment_1": rating(mood - 0.2),
                }
            rows.append(
                {
                    "event_id": seat.event_id.id,
                    "partner_id": seat.attendee_id.id,
                    "date": day + timedelta(days=self.rng.randint(1, 9)),
                    "answers": {question[name].id: n for name, n in answers.items()},
                }
            )
        answers = self.env["survey.user_input"]
        answers._alumni_record_answers(survey, rows)
        tags = self._create(
            "alumni.answer.tag",
            [
                {"name": name, "color": color}
                for color, (name, _french) in enumerate(ANSWER_TAGS, 1)
            ],
            [french for _name, french in ANSWER_TAGS],
        )
        learned = self.env.ref("alumni_relations.question_event_learning_binary_1")
        comment = self.env.ref("alumni_relations.question_event_satisfaction_comment")
        yes, no = learned.suggested_answer_ids
        lines = []
        for answer in answers.search(
            [("survey_id", "=", survey.id), ("state", "=", "done")], order="id"
        ):
            choice = yes if self.rng.random() < 0.7 else no
            lines.append(
                {
                    "user_input_id": answer.id,
                    "question_id": learned.id,
                    "answer_type": "suggestion",
                    "suggested_answer_id": choice.id,
                }
            )
            if self.rng.random() < 0.12:
                words, tag = self.rng.choice(COMMENTS)
                read = tag is not None and self.rng.random() < 0.7
                lines.append(
                    {
                        "user_input_id": answer.id,
                        "question_id": comment.id,
                        "answer_type": "text_box",
                        "value_text_box": words,
                        "alumni_tag_ids": [Command.set(tags[tag].ids if read else [])],
                    }
                )
        self.env["survey.user_input.line"].create(lines)

    def _load_ambassadors(self):
        """Among those who did something in the last three periods, the 16 % who did
        most (Rogers' innovators and early adopters) are ambassadors; some more have
        been noticed or asked."""
        since = date(LAST_YEAR - 4, 9, 1)
        acts = Counter()
        for model, domain in (
            ("alumni.gift", [("state", "=", "received"), ("date", ">=", since)]),
            ("alumni.participation", [("state", "=", "done"), ("date", ">=", since)]),
        ):
            groups = self.env[model]._read_group(domain, ["partner_id"], ["__count"])
            acts.update({partner.id: count for partner, count in groups})
        groups = self.env["event.registration"]._read_group(
            [("state", "=", "done"), ("event_id.date_begin", ">=", since)],
            ["attendee_id"],
            ["__count"],
        )
        acts.update({partner.id: count for partner, count in groups})
        rank = {partner_id: i for i, partner_id in enumerate(self._active()[0])}
        ordered = sorted(
            (partner_id for partner_id in acts if partner_id in rank),
            key=lambda partner_id: (-acts[partner_id], rank[partner_id]),
        )
        count = round(len(ordered) * 0.16)
        values = {}
        for partner_id in ordered[:count]:
            values[partner_id] = {
                "alumni_ambassador_stage": self.rng.choices(
                    ("accepted", "active", "resting"), (3, 6, 1)
                )[0],
                "alumni_disposition": self.rng.choice(("goodwill", "leader")),
            }
        for partner_id in ordered[count : count + count // 2]:
            values[partner_id] = {
                "alumni_ambassador_stage": self.rng.choices(
                    ("identified", "approached", "former"), (5, 3, 1)
                )[0],
                "alumni_disposition": "goodwill",
            }
        self._write_groups(values)

    def _load_entries(self):
        """What no record holds, with the evidence it rests on."""
        periods = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id), ("year", "in", (2025, 2026))],
            order="year",
        )
        self.env["alumni.measure.entry"].create(
            [
                {
                    "measure_id": self.env.ref(f"alumni_kpi.measure_{measure}").id,
                    "period_id": period.id,
                    "amount": amount,
                    "date": period.date_end,
                    "evidence": evidence,
                }
                for measure, *amounts, evidence in ENTRIES
                for period, amount in zip(periods, amounts, strict=True)
            ]
        )

    def _load_scores(self):
        """The weights that the university has decided on, in place of those that come
        with the addon, and the score of everybody."""
        # Its ambassadors come from all who ever took part, not from this year's.
        self.company.alumni_score_base = "acted"
        schemes = self.env["alumni.score.scheme"]
        scheme = schemes._in_use(self.company).copy(
            {
                "note": "Décidé par le conseil des diplômés : un mentorat compte plus "
                "qu'un don, une présence moins qu'une intervention."
                if self.french
                else "Decided by the alumni board: mentoring counts more than a gift, "
                "attending less than speaking."
            }
        )
        self.env["alumni.score.rule"].create(
            [
                {"scheme_id": scheme.id, "kind": kind, "weight": weight, "cap": cap}
                for kind, weight, cap in (
                    ("participation_mentor", 14, 42),
                    ("participation_speaker", 12, 36),
                    ("event_attendance", 4, 16),
                    ("survey_answer", 1, 3),
                )
            ]
        )
        scheme._use()
        self.env["alumni.score.run"]._request()._run_now()

    def _load_targets(self):
        """What the last complete period and the running one were to come to."""
        periods = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id), ("year", "in", (2026, 2027))],
            order="year",
        )
        indicators = {
            indicator.code: indicator
            for indicator in self.env["alumni.indicator"].search([])
        }
        self.env["alumni.target"].create(
            [
                {
                    "indicator_id": indicators[code].id,
                    "period_id": period.id,
                    "expected": expected,
                    "has_threshold": bool(threshold),
                    "threshold": threshold,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for period in periods
                for code, expected, threshold, reason in TARGETS
            ]
        )

    def _load_portfolios(self):
        """The officer and the administrator are in charge of some of the most active
        people and have to call a few of them; volunteers were thanked, but for the
        last ones."""
        chosen = self._choose(self._active(), self._scaled(80))
        calls = [
            (date(2026, 11, 19), "News of the mentee", "Nouvelles du filleul"),
            (date(2026, 11, 26), "Jury in January?", "Jury en janvier ?"),
            (date(2026, 11, 27), "Thank for the visit", "Remercier de la visite"),
            (date(2026, 11, 30), "Speaker for December", "Conférence de décembre"),
        ]
        for place, user in enumerate(
            (self.env.ref("base.user_admin"), self._officer())
        ):
            theirs = self.env["res.partner"].browse(chosen[place::2])
            theirs.user_id = user
            for person, (day, english, french) in zip(theirs, calls, strict=False):
                person.activity_schedule(
                    "mail.mail_activity_data_call",
                    day,
                    french if self.french else english,
                    user_id=user.id,
                )
        volunteers = self.env["alumni.participation"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "done"),
                ("hours_state", "!=", False),
                ("date", "<", date(2026, 9, 20)),
            ],
            order="date, id",
        )
        by_day = defaultdict(list)
        for number, line in enumerate(volunteers):
            if number % 12:
                by_day[line.date + timedelta(days=5)].append(line.id)
        for day, ids in by_day.items():
            volunteers.browse(ids).thanked_date = day

    def _load_reports(self):
        """The report of last month went to the administrator and the officer."""
        users = self.env.ref("base.user_admin") | self._officer()
        report = self.env["alumni.monthly.report"].create(
            {
                "name": "Les diplômés" if self.french else "Graduates",
                "recipient_ids": [Command.set(users.partner_id.ids)],
            }
        )
        report.sent_month = report.month

    def _load_periods(self):
        """The years up to 2024 are closed. Since then a gift of the last of them was
        found and a death became known. The check list of the next one is being worked
        off."""
        periods = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id), ("year", "<=", 2025)], order="year"
        )
        following = periods[-1]
        (periods - following)._close()
        officer = self._officer()
        ids = self._active()[0]
        money = self.env["alumni.gift.type"].search([("code", "=", "money")])
        self.env["alumni.gift"].with_user(officer).create(
            {
                "partner_id": ids[0],
                "gift_type_id": money.id,
                "date": date(2024, 6, 12),
                "amount": 250,
                "state": "received",
                "description": "Chèque retrouvé",
            }
        )
        dead = self.env["res.partner"].with_user(officer).browse(ids[-1])
        dead.write({"alumni_deceased": True, "alumni_deceased_date": date(2024, 2, 3)})
        following.write({"state": "closing"})
        self.env["alumni.closing.check"]._refresh(following)
        accepted = following.check_ids.filtered(
            lambda check: check.check_code == "unreachable"
        )
        accepted.reason = (
            "Adresses cherchées auprès des composantes, sans succès"
            if self.french
            else "Their schools were asked for addresses, in vain"
        )

    def _load_users(self):
        """One user of each role to look with; each begins where the role works. They
        have no password: ``./alumni run`` gives them one, elsewhere the administrator
        does."""
        self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": login,
                    "email": f"{login}@universite.example",
                    "lang": "fr_FR" if self.french else "en_US",
                    "tz": "Europe/Paris",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [
                        Command.link(self.env.ref("base.group_user").id),
                        Command.link(
                            self.env.ref(f"alumni_relations.group_{login}").id
                        ),
                    ],
                    "action_id": self.env.ref(f"alumni_kpi.{home}").id,
                }
                for name, login, home in (
                    ("Responsable du réseau", "manager", "alumni_my_week_action"),
                    ("Chargée de réseau", "officer", "alumni_my_week_action"),
                    ("Analyste", "analyst", "alumni_dashboard_action"),
                )
            ]
        )
