"""Fills a database with a fictional university of any size, by SQL, in minutes.

The files of ``generator.py`` go through the intake and ``university.py`` records with
the models; both are slow where what is measured is what is made of the records. Here
a record of each kind is created with its model, taken back, and its row serves as the
pattern of all others: whatever the model fills in stands in every row, also in columns
that are added later. Only what varies is said here.
"""

import contextlib
import math
import zlib
from datetime import date, datetime, timedelta

from odoo.fields import Command
from odoo.tools import SQL

from . import generator
from .generator import plain

BARE_FROM = 50_000
"""From how many people on indexes and foreign keys are made after the rows."""
STEP = 100_000
"""People whose derived fields are computed by one statement."""
LEVELS = {"L": "bachelor", "M": "master", "D": "doctorate", "DU": "certificate"}
COUNTRY_CODES = (
    ("FR",) * 86 + ("MA",) * 3 + ("BE", "GB", "CN", "US", "DE") * 2 + ("SN",)
)
EMPLOYERS = ("Altévia", "Boréal", "Caldera", "Dorvane", "Éloria", "Ferrandis", "Galvia")
ROLES = (
    ("mentor", "speaker", "jury", "volunteer", "host", "organiser", "governance")
    + ("participant",) * 3
    + ("mentee",) * 2
)
GIVEN = ("money",) * 10 + ("time",) * 4 + ("skill",) * 2 + ("network",) * 2
GIVEN += ("dues", "in_kind")
CONSENT_CHANNELS = (None, "email", "email", "phone", "post")

GIFTS, PARTICIPATIONS, INVITATIONS, WALK_INS, ANSWERS, TRACES = 10, 4, 4, 4, 1, 6
"""Records of each kind per person over all years. They make some 20 acts."""
EVENTS_A_YEAR, GUESTS = 12, 5000
"""The least number of events, and the most people invited to one."""
MAILINGS_A_YEAR = 6


def populate(env, people=10_000, years=10, seed=2026, last_year=2025):
    """Record a university of ``people`` people and what they did in ``years`` fiscal
    years, the last of which ends in ``last_year``, in the running transaction.

    The same arguments give the same university in the same database, whenever it is
    made. It belongs to ``env.company``, whose settings (first month of the fiscal
    year, timezone, rules of counting) hold; generations, schools, degrees, programmes
    and hourly rates are added where they do not exist. In it are:

    * people with one or two degrees, student numbers, addresses good and bad, consents
      given, refused, expired and given again; 4 % are students without an award;
    * duplicates: the last of each 97 people has the names, gender and birth date of
      the one before and records of its own (:func:`duplicates` names the pairs,
      :func:`merge` merges them as the office would);
    * deaths, with and without a date, some before acts of the same person;
    * gifts (received, pledged, cancelled; dues; in kind), participations with hours
      reported, validated and refused, events with invitations, answers, changes of
      mind, registrations of invited and other people, surveys after events and of the
      institution with answers, newsletters with opens, clicks, replies and bounces,
      cost lines of the events;
    * late entries: one gift and one consent in 25 was created 300 days or more after
      its date, one attendance in 33 marked 40 days after the event.

    Some 20 acts per person; few people do most of them. Nothing derived is computed
    but the stored fields of people: ``env["alumni.rebuild"]._run()`` makes the figures.

    :param env: may do everything
    :param people: at least 100
    :return: rows written by table
    """
    return Population(env, people, years, seed, last_year).fill()


def duplicates(env):
    """Pairs of ids of people who have the same names and birth date, the lower id
    first, in the order of the ids."""
    return env.execute_query(
        SQL(
            """
            SELECT min(id), max(id) FROM res_partner
            WHERE active AND alumni_match_key IS NOT NULL
            GROUP BY alumni_match_key HAVING count(*) = 2 ORDER BY 1
            """
        )
    )


def merge(env, pairs):
    """Merge pairs of people with Odoo's wizard; the first of each pair stays."""
    wizard = env["base.partner.merge.automatic.wizard"].create({})
    for kept, gone in pairs:
        wizard._merge([kept, gone], env["res.partner"].browse(kept))


class Population:
    """The people of a university, numbered from 0, and what they did. A person's id
    is the number after the first one's, so that records find people by arithmetic."""

    def __init__(self, env, people, years, seed, last_year):
        if people < 100:
            raise ValueError("At least 100 people.")
        self.env = env(
            context=dict(
                env.context,
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_notrack=True,
            )
        )
        self.company = env.company
        self.people, self.years, self.seed = people, years, seed
        month = int(self.company.alumni_fiscal_month) if self._kpi else 9
        self.first_day = date(last_year - years + (month == 1), month, 1)
        last = date(last_year + (month == 1), month, 1)
        self.days = (last - self.first_day).days
        self.loaded = datetime.combine(
            self.first_day - timedelta(days=30), datetime.min.time()
        )
        # A step without common factor visits everybody once.
        step = int(people * 0.618)
        while math.gcd(step, people) > 1:
            step += 1
        self.step = step
        self.written = {}

    @property
    def _kpi(self):
        return "alumni_fiscal_month" in self.company._fields

    def fill(self):
        """Write everything; return the number of rows by table."""
        # What the transaction has pending would be lost with the patterns.
        self.env.cr.flush()
        self._settings()
        self._reserve_people()
        with self._bare("res.partner", "alumni.student.number"):
            self._people()
            self._student_numbers()
            with self._bare("alumni.education", "alumni.consent"):
                self._educations()
                self._consents()
            self._audiences()
            self._derive()
        self._events()
        self._cost_lines()
        for model, fill in (
            ("alumni.gift", self._gifts),
            ("alumni.participation", self._participations),
            ("alumni.invitation", self._invitations),
            ("alumni.invitation.answer", self._invitation_answers),
            ("event.registration", self._registrations),
            ("survey.user_input", self._survey_answers),
            ("survey.user_input.line", self._survey_lines),
            ("mailing.trace", self._traces),
        ):
            with self._bare(model):
                fill()
        self.env.invalidate_all()
        return self.written

    def _derive(self):
        """Compute what the models store on people about what was recorded of them."""
        for first in range(0, self.people, STEP):
            self.env["res.partner"]._alumni_recompute_sql(
                SQL(
                    "SELECT id FROM res_partner WHERE id >= %s AND id < %s",
                    self.first + first,
                    self.first + min(first + STEP, self.people),
                ),
                everyone=True,
            )

    # how rows are written

    def _insert(self, model, make, source, columns):
        """Write a row of a model for each row of an SQL SELECT.

        :param make: creates a record like these and returns it; it is taken back
        :param source: the SELECT
        :param columns: what varies, as SQL over the columns of the SELECT; the other
            columns are those of the record that ``make`` has created
        """
        cr, table = self.env.cr, SQL.identifier(self.env[model]._table)
        with cr.savepoint() as savepoint:
            record = make()
            self.env.flush_all()
            [(pattern,)] = self.env.execute_query(
                SQL(
                    "SELECT to_jsonb(t)::text FROM %s t WHERE id = %s", table, record.id
                )
            )
            savepoint.rollback()
        cr.execute(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s",
                self.env[model]._table,
            )
        )
        names = [name for (name,) in cr.fetchall() if name != "id" or name in columns]
        cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(names)s) SELECT %(values)s
                FROM (SELECT %(varying)s FROM (%(source)s) AS source) AS varying,
                     jsonb_populate_record(NULL::%(table)s, %(pattern)s) AS pattern
                """,
                table=table,
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(
                    SQL.identifier("varying" if name in columns else "pattern", name)
                    for name in names
                ),
                varying=SQL(", ").join(
                    SQL("%s AS %s", value, SQL.identifier(name))
                    for name, value in columns.items()
                ),
                source=source,
                pattern=pattern,
            )
        )
        written = self.written
        written[model] = written.get(model, 0) + cr.rowcount

    @contextlib.contextmanager
    def _bare(self, *models):
        """Take indexes and foreign keys of large tables away while rows are written."""
        if self.people < BARE_FROM:
            yield
            return
        cr, again = self.env.cr, []
        tables = [self.env[model]._table for model in models]
        cr.execute(
            """
            SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
            FROM pg_constraint
            WHERE contype IN ('f', 'u') AND conrelid = ANY(%s::regclass[])
            """,
            [tables],
        )
        for table, name, definition in cr.fetchall():
            alter = SQL("ALTER TABLE %s", SQL.identifier(table))
            name = SQL.identifier(name)
            cr.execute(SQL("%s DROP CONSTRAINT %s", alter, name))
            again.append(
                SQL("%s ADD CONSTRAINT %s %s", alter, name, self._raw(definition))
            )
        cr.execute(
            """
            SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
            FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
            """,
            [tables],
        )
        for name, definition in cr.fetchall():
            cr.execute(SQL("DROP INDEX %s", self._raw(name)))
            again.append(self._raw(definition))
        yield
        cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for statement in again:
            cr.execute(statement)
        for table in tables:
            cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _raw(self, text):
        """SQL that PostgreSQL itself has written."""
        return SQL(text.replace("%", "%%"))

    # what is drawn

    def _draw(self, key, name, below):
        """A whole number from 0 to ``below`` - 1: always the same for one key, name
        and seed."""
        return SQL(
            "((hashint8extended(%s::bigint, %s) & 2147483647) %% %s)::int",
            key,
            zlib.crc32(f"{self.seed} {name}".encode()),
            below,
        )

    def _one_of(self, key, name, choices, kind="text"):
        """One of some values."""
        return SQL(
            "(%s::%s[])[1 + %s]",
            list(choices),
            self._raw(kind),
            self._draw(key, name, len(choices)),
        )

    def _somebody(self, key, name):
        """The id of one of the people, of few more often than of the others."""
        share = SQL("%s / 2147483648::float8", self._draw(key, name, 2**31 - 1))
        return SQL(
            "(%s + (floor(%s * power(%s, 1.7))::bigint * %s) %% %s)::int",
            self.first,
            self.people,
            share,
            self.step,
            self.people,
        )

    def _nth(self, place, start):
        """The id of the person at a place of a round through everybody."""
        return SQL(
            "(%s + (%s + %s::bigint * %s) %% %s)::int",
            *(self.first, start, place, self.step, self.people),
        )

    def _day(self, key, name):
        """A day of the years."""
        return SQL("(%s::date + %s)", self.first_day, self._draw(key, name, self.days))

    def _recorded(self, key, name, day):
        """The moment at which something of a day was recorded, at times much later."""
        return SQL(
            "(%(day)s + (CASE WHEN %(late)s = 0 THEN 300 + %(long)s ELSE %(lag)s END)"
            " + TIME '09:30')",
            day=day,
            late=self._draw(key, f"{name} late", 25),
            long=self._draw(key, f"{name} long", 400),
            lag=self._draw(key, f"{name} lag", 15),
        )

    def _moments(self, moment):
        return {"create_date": moment, "write_date": moment}

    def _pair(self, event, person):
        """A number for an event and a person: ids are others in another database."""
        return SQL(
            "(%s::bigint * %s + %s - %s)", event, self.people, person, self.first
        )

    def _series(self, count):
        return SQL("SELECT n FROM generate_series(0, %s) AS n", round(count) - 1)

    # settings

    def _settings(self):
        env, company = self.env, self.company

        def ensure(model, values, key="code"):
            found = env[model].search([("company_id", "=", company.id)])
            known = set(found.mapped(key))
            return found | env[model].create(
                [line for line in values if line[key] not in known]
            )

        generations = env["alumni.generation"]
        if not generations.search([("company_id", "=", company.id)], limit=1):
            generations.create(
                [
                    {"name": f"{year}s", "year_from": year, "year_to": year + 9}
                    for year in range(1960, 2030, 10)
                ]
            )
        schools = ensure(
            "alumni.school",
            [{"code": code, "name": name} for code, name in generator.SCHOOLS.items()],
        )
        self.schools = {school.code: school.id for school in schools}
        code, name, level = generator.CONTINUING
        taught = {**generator.DEGREES, code: ("DEG", name, level, 1)}
        degrees = ensure(
            "alumni.degree",
            [
                {"code": code, "name": name, "level": LEVELS[level]}
                for code, (_school, name, level, _years) in taught.items()
            ],
        )
        degrees = {degree.code: degree for degree in degrees}
        self.degrees = [
            (degrees[code].id, degrees[code].level, self.schools[school], length)
            for code, (school, _name, _level, length) in taught.items()
        ]
        self.programmes = ensure(
            "alumni.programme",
            [
                {"code": code, "name": name, "programme_type": kind}
                for code, name, kind in (
                    ("mentoring_day", "Mentoring", "mentoring"),
                    ("career_talk", "Career talks", "career_talks"),
                    ("researcher_visit", "Researcher visits", "researcher_visits"),
                    ("volunteering", "Juries and volunteering", "volunteering"),
                )
            ],
        ).ids
        rates = env["alumni.hourly.rate"]
        if not rates.search([("company_id", "=", company.id)], limit=1):
            middle = self.first_day + timedelta(days=self.days // 2)
            rates.create(
                [
                    {"labour": labour, "date_from": day, "rate": rate}
                    for labour, day, rate in (
                        ("volunteer", self.first_day, 22),
                        ("volunteer", middle, 24),
                        ("paid", self.first_day, 36),
                        ("paid", middle, 38.5),
                    )
                ]
            )
        env.flush_all()

    def _reserve_people(self):
        """Ids in one row, which no one else will get."""
        cr = self.env.cr
        cr.execute("SELECT nextval(pg_get_serial_sequence('res_partner', 'id'))")
        [self.first] = cr.fetchone()
        cr.execute(
            "SELECT setval(pg_get_serial_sequence('res_partner', 'id'), %s)",
            [self.first + self.people],
        )

    # people

    def _people(self):
        draw, n = self._draw, SQL("n")
        who = SQL("who")
        countries = {
            country.code: country.id
            for country in self.env["res.country"].search(
                [("code", "in", list(set(COUNTRY_CODES)))]
            )
        }
        families = [name.title() for name in generator.FAMILY_NAMES]
        source = SQL(
            """
            SELECT n, who, cohort, first_name, family_name, street, town,
                   CASE WHEN %(has_email)s < 62 THEN
                       CASE %(bad_email)s WHEN 0 THEN local || ' at ' || domain
                            ELSE local || '@' || domain END END AS email,
                   CASE WHEN %(has_email)s < 62 AND %(bad_email)s > 0
                       THEN local || '@' || domain END AS email_normalized,
                   CASE WHEN %(has_phone)s < 40 THEN %(digits)s END AS digits
            FROM (
                SELECT n, who, cohort, first_name, family_name, street, town,
                       %(domain)s AS domain,
                       translate(lower(first_name || '.' || family_name),
                           %(accented)s, %(unaccented)s) || n AS local
                FROM (
                    SELECT n, who, (%(cohorts)s::int[])[1 + who %% 1000] AS cohort,
                           CASE who %% 2 WHEN 1 THEN %(female)s ELSE %(male)s END
                               AS first_name,
                           families[1 + %(family)s] AS family_name,
                           families[1 + %(street)s] AS street,
                           families[1 + %(town)s] AS town
                    FROM (SELECT n, n - (n %% 97 = 96)::int AS who
                          FROM generate_series(0, %(last)s) AS n) AS numbered,
                         (SELECT %(families)s::text[] AS families) AS names
                ) AS named
            ) AS addressed
            """,
            has_email=draw(n, "email", 100),
            bad_email=draw(n, "bad email", 50),
            has_phone=draw(n, "phone", 100),
            digits=SQL("lpad((%s)::text, 4, '0')", draw(n, "digits", 10000)),
            domain=self._one_of(n, "domain", generator.MAIL_DOMAINS),
            **self._accents(),
            cohorts=generator.COHORTS,
            female=self._one_of(who, "female", generator.FEMALE),
            male=self._one_of(who, "male", generator.MALE),
            families=families,
            family=draw(who, "family", len(families)),
            street=draw(n, "street", len(families)),
            town=draw(n, "town", len(families)),
            last=self.people - 1,
        )
        dead = SQL(
            "(%s < CASE WHEN cohort < 1985 THEN 60 ELSE 8 END)", draw(n, "dead", 1000)
        )
        names = SQL("first_name || ' ' || family_name")
        number = SQL("(%s + n)", self.first)
        self._insert(
            "res.partner",
            lambda: self.env["res.partner"].create(
                {
                    "name": "Ada Lovelace",
                    "alumni_first_name": "Ada",
                    "alumni_family_name": "Lovelace",
                    "alumni_source": "registrar",
                }
            ),
            source,
            {
                "id": number,
                "commercial_partner_id": number,
                "name": names,
                "complete_name": names,
                "alumni_first_name": SQL("first_name"),
                "alumni_family_name": SQL("family_name"),
                "alumni_gender": SQL(
                    "CASE who %% 2 WHEN 1 THEN 'female' ELSE 'male' END"
                ),
                "alumni_birth_date": SQL(
                    "make_date(cohort - 22 - %s, 1, 1) + %s",
                    draw(who, "age", 4),
                    draw(who, "born", 365),
                ),
                "email": SQL("email"),
                "email_normalized": SQL("email_normalized"),
                "phone": SQL(
                    "'+33 5 36 49 ' || left(digits, 2) || ' ' || right(digits, 2)"
                ),
                "phone_sanitized": SQL("'+3353649' || digits"),
                "street": SQL(
                    "CASE WHEN %s < 80 THEN (1 + %s) || ', rue ' || street END",
                    draw(n, "has street", 100),
                    draw(n, "house", 300),
                ),
                "zip": SQL("(10000 + %s)::text", draw(n, "zip", 85000)),
                "city": SQL("town || '-les-Bains'"),
                "country_id": self._one_of(
                    n, "country", [countries[code] for code in COUNTRY_CODES], "int"
                ),
                "message_bounce": SQL(
                    "CASE WHEN %s = 0 THEN 6 ELSE 0 END", draw(n, "bounce", 80)
                ),
                "alumni_deceased": dead,
                "alumni_deceased_date": SQL(
                    "CASE WHEN %s AND %s > 0 THEN %s - 400 END",
                    dead,
                    draw(n, "undated", 5),
                    self._day(n, "death"),
                ),
                "alumni_employer": SQL(
                    "CASE WHEN %s < 35 THEN %s END",
                    draw(n, "employed", 100),
                    self._one_of(n, "employer", EMPLOYERS),
                ),
                "alumni_employer_date": SQL(
                    "CASE WHEN %s < 35 THEN %s END",
                    draw(n, "employed", 100),
                    self._day(n, "employed on"),
                ),
                "alumni_verified_date": SQL(
                    "CASE WHEN %s < 60 THEN %s END",
                    draw(n, "verified", 100),
                    self._day(n, "verified on"),
                ),
                **self._moments(SQL("%s::timestamp", self.loaded)),
            },
        )

    def _accents(self):
        """Letters of names that no address has, and what stands for them."""
        names = (*generator.FAMILY_NAMES, *generator.FEMALE, *generator.MALE)
        letters = sorted({c for name in names for c in name.lower() if not c.isascii()})
        bare = "".join(plain(letter) for letter in letters)
        # What has no counterpart is left out.
        return {"accented": "".join([*letters, "-", " "]), "unaccented": bare}

    def _student_numbers(self):
        self._insert(
            "alumni.student.number",
            lambda: self.env["alumni.student.number"].create(
                {"name": "pattern", "partner_id": self.company.partner_id.id}
            ),
            self._series(self.people),
            {
                "partner_id": SQL("%s + n", self.first),
                "name": SQL("%s || lpad(n::text, 7, '0')", f"P{self.first}-"),
                **self._moments(SQL("%s::timestamp", self.loaded)),
            },
        )

    def _educations(self):
        """A first degree of everybody, of some one more; some are still students."""
        draw, n = self._draw, SQL("n")
        ids, levels, schools, lengths = zip(*self.degrees, strict=True)
        first = draw(n, "degree", len(ids) - 1)
        second = SQL("(%s + 1 + %s) %% %s", first, draw(n, "further", 7), len(ids))
        cohort = SQL("(%s::int[])[1 + n %% 1000]", generator.COHORTS)
        student = SQL(
            "(%s < CASE WHEN %s >= %s THEN 250 ELSE 20 END)",
            draw(n, "student", 1000),
            cohort,
            generator.LAST_COHORT - 2,
        )
        status = self._one_of(n, "status", ("entering", "returning", "left", "left"))
        for place, year, condition in (
            (first, cohort, SQL("TRUE")),
            (
                second,
                SQL("(%s + 1 + %s)", cohort, draw(n, "later", 9)),
                SQL("NOT student AND %s < 40", draw(n, "two", 100)),
            ),
        ):
            award = SQL("make_date(year, 7, 3 + %s)", draw(n, "award", 26))
            self._insert(
                "alumni.education",
                self._education_pattern,
                SQL(
                    """
                    SELECT *, CASE WHEN student THEN %(status)s ELSE 'awarded' END
                        AS status
                    FROM (SELECT n, 1 + %(place)s AS place, %(year)s AS year,
                                 %(student)s AS student
                          FROM generate_series(0, %(last)s) AS n) AS person
                    WHERE %(condition)s AND year <= %(last_year)s
                    """,
                    status=status,
                    place=place,
                    year=year,
                    student=student,
                    last=self.people - 1,
                    condition=condition,
                    last_year=generator.LAST_COHORT,
                ),
                {
                    "partner_id": SQL("%s + n", self.first),
                    "degree_id": SQL("(%s::int[])[place]", list(ids)),
                    "degree_level": SQL("(%s::text[])[place]", list(levels)),
                    "school_id": SQL("(%s::int[])[place]", list(schools)),
                    "start_year": SQL("year - (%s::int[])[place]", list(lengths)),
                    "state": SQL("status"),
                    "award_date": SQL("CASE WHEN NOT student THEN %s END", award),
                    "award_year": SQL("CASE WHEN student THEN 0 ELSE year END"),
                    "student_number": SQL(
                        "%s || lpad(n::text, 7, '0')", f"P{self.first}-"
                    ),
                    **self._moments(SQL("%s::timestamp", self.loaded)),
                },
            )

    def _education_pattern(self):
        degree, _level, school, _length = self.degrees[0]
        return self.env["alumni.education"].create(
            {
                "partner_id": self.company.partner_id.id,
                "degree_id": degree,
                "school_id": school,
                "award_date": self.first_day,
            }
        )

    def _consents(self):
        """What the registrar's file said, and what people decided later."""
        draw, n = self._draw, SQL("n")

        def pattern(**values):
            return lambda: self.env["alumni.consent"].create(
                {"partner_id": self.company.partner_id.id, "state": "given", **values}
            )

        self._insert(
            "alumni.consent",
            pattern(channel="email", source="registrar"),
            SQL("%s WHERE %s < 90", self._series(self.people), draw(n, "asked", 100)),
            {
                "partner_id": SQL("%s + n", self.first),
                "state": SQL(
                    "CASE WHEN %s < 70 THEN 'given' ELSE 'refused' END",
                    draw(n, "agreed", 100),
                ),
                "date": SQL("%s::date", self.loaded.date()),
                **self._moments(SQL("%s::timestamp", self.loaded)),
            },
        )
        day = self._day(n, "decided on")
        refused = SQL("(%s < 45)", draw(n, "decision", 100))
        purposes = self.env["alumni.consent.purpose"].search([]).ids
        self._insert(
            "alumni.consent",
            pattern(source="mailing"),
            self._series(self.people * 0.3),
            {
                "partner_id": SQL("%s + %s", self.first, draw(n, "who", self.people)),
                "state": SQL("CASE WHEN %s THEN 'refused' ELSE 'given' END", refused),
                "channel": self._one_of(n, "channel", CONSENT_CHANNELS),
                "purpose_id": self._one_of(
                    n, "purpose", [None, None, *purposes], "int"
                ),
                "date": day,
                "expiry_date": SQL(
                    "CASE WHEN NOT %s AND %s = 0 THEN %s + 1000 END",
                    refused,
                    draw(n, "expires", 3),
                    day,
                ),
                **self._moments(self._recorded(n, "decided", day)),
            },
        )

    def _audiences(self):
        """Graduates and students, as the intake would put them."""
        relation = self.env["res.partner"]._fields["alumni_audience_ids"]
        audiences = {
            audience.code: audience.id
            for audience in self.env["alumni.audience"].search([])
        }
        for state, code in (
            ("awarded", "graduate"),
            ("entering", "entering"),
            ("returning", "returning"),
        ):
            if code in audiences:
                self.env.cr.execute(
                    SQL(
                        """
                        INSERT INTO %s (%s, %s)
                        SELECT DISTINCT partner_id, %s FROM alumni_education
                        WHERE state = %s AND partner_id BETWEEN %s AND %s
                        ON CONFLICT DO NOTHING
                        """,
                        SQL.identifier(relation.relation),
                        SQL.identifier(relation.column1),
                        SQL.identifier(relation.column2),
                        audiences[code],
                        state,
                        self.first,
                        self.first + self.people - 1,
                    )
                )

    # acts

    def _gifts(self):
        draw, n = self._draw, SQL("n")
        types = self.env["alumni.gift.type"].search([("code", "in", list(set(GIVEN)))])
        types = {kind.code: kind for kind in types}
        given = [types[code] for code in GIVEN if code in types]
        kind = SQL("1 + %s", draw(n, "kind", len(given)))
        amount = SQL(
            "CASE (%s::text[])[kind] WHEN 'amount' THEN"
            " 10 + round((power(%s / 9999::float8, 3) * 600)::numeric, 2) ELSE 0 END",
            [kind.measured_in for kind in given],
            draw(n, "amount", 10000),
        )
        pledged = SQL("CASE WHEN %s = 0 THEN day - 60 END", draw(n, "promised", 20))
        self._insert(
            "alumni.gift",
            lambda: self.env["alumni.gift"].create(
                {
                    "partner_id": self._anybody(),
                    "gift_type_id": types["money"].id,
                    "amount": 1,
                }
            ),
            SQL(
                """
                SELECT gift.*, event.id AS event_id, event.programme_id
                FROM (SELECT n, %s AS kind, %s AS day,
                             CASE WHEN %s = 0 THEN %s END AS event
                      FROM generate_series(0, %s) AS n) AS gift
                LEFT JOIN populated_event event ON event.number = gift.event
                """,
                kind,
                self._day(n, "given on"),
                draw(n, "at event", 10),
                draw(n, "event", self.event_count),
                self.people * GIFTS - 1,
            ),
            {
                "partner_id": self._somebody(n, "donor"),
                "gift_type_id": SQL("(%s::int[])[kind]", [kind.id for kind in given]),
                "date": SQL("day"),
                "pledge_date": pledged,
                "state": SQL(
                    "CASE WHEN %(draw)s < 93 THEN 'received'"
                    " WHEN %(draw)s < 97 THEN 'pledged' ELSE 'cancelled' END",
                    draw=draw(n, "state", 100),
                ),
                "amount": amount,
                "amount_company": amount,
                "hours": SQL(
                    "CASE (%s::text[])[kind] WHEN 'hours' THEN (1 + %s) / 2.0"
                    " ELSE 0 END",
                    [kind.measured_in for kind in given],
                    draw(n, "hours", 16),
                ),
                "event_id": SQL("event_id"),
                "programme_id": SQL(
                    "COALESCE(programme_id, CASE WHEN %s = 0 THEN %s END)",
                    draw(n, "in programme", 4),
                    self._one_of(n, "programme", self.programmes, "int"),
                ),
                **self._moments(self._recorded(n, "gift", SQL("day"))),
            },
        )

    def _anybody(self):
        """A person for a pattern."""
        return self.first

    def _participations(self):
        draw, n = self._draw, SQL("n")
        volunteer = SQL("role NOT IN ('participant', 'mentee')")
        check = SQL(
            "CASE WHEN NOT %s OR hours = 0 THEN NULL"
            " WHEN state = 'done' AND %s < 80 THEN 'validated'"
            " WHEN %s < 90 THEN 'reported' ELSE 'refused' END",
            volunteer,
            draw(n, "checked", 100),
            draw(n, "credible", 100),
        )
        rates = self.env["alumni.hourly.rate"].search(
            [("company_id", "=", self.company.id), ("labour", "=", "volunteer")],
            order="date_from",
        )
        source = SQL(
            """
            SELECT part.*, rate.id AS rate_id, rate.rate, rate.currency_id
            FROM (
                SELECT *, %(check)s AS hours_state FROM (
                    SELECT part.*, COALESCE(event.day, part.own_day) AS day,
                           event.id AS event_id,
                           COALESCE(event.programme_id, part.own) AS programme_id
                    FROM (SELECT n, %(role)s AS role, %(hours)s AS hours,
                                 CASE WHEN %(draw)s < 90 THEN 'done'
                                      WHEN %(draw)s < 95 THEN 'planned'
                                      ELSE 'cancelled' END AS state,
                                 CASE WHEN %(at_event)s < 3 THEN %(event)s END AS event,
                                 %(day)s AS own_day, %(programme)s AS own
                          FROM generate_series(0, %(last)s) AS n) AS part
                    LEFT JOIN populated_event event ON event.number = part.event
                ) AS part
            ) AS part
            LEFT JOIN alumni_hourly_rate rate
                ON hours_state = 'validated' AND rate.id = CASE
                    WHEN day >= %(middle)s THEN %(later)s ELSE %(earlier)s END
            """,
            check=check,
            role=self._one_of(n, "role", ROLES),
            hours=SQL("%s / 2.0::numeric", draw(n, "hours of", 30)),
            draw=draw(n, "took place", 100),
            at_event=draw(n, "at an event", 10),
            event=draw(n, "which event", self.event_count),
            day=self._day(n, "took part on"),
            programme=self._one_of(n, "programme of", self.programmes, "int"),
            last=self.people * PARTICIPATIONS - 1,
            middle=rates[-1:].date_from,
            later=rates[-1:].id,
            earlier=rates[:1].id,
        )
        checked = SQL("hours_state IN ('validated', 'refused')")
        self._insert(
            "alumni.participation",
            lambda: self.env["alumni.participation"].create(
                {
                    "partner_id": self._anybody(),
                    "programme_id": self.programmes[0],
                    "role": "participant",
                }
            ),
            source,
            {
                "partner_id": self._somebody(n, "participant"),
                "programme_id": SQL("programme_id"),
                "event_id": SQL("event_id"),
                "role": SQL("role"),
                "state": SQL("state"),
                "date": SQL("day"),
                "hours": SQL("hours"),
                "hours_state": SQL("hours_state"),
                "hours_checked_by_id": SQL(
                    "CASE WHEN %s THEN %s END", checked, self.env.uid
                ),
                "hours_checked_date": SQL("CASE WHEN %s THEN day + 20 END", checked),
                "hours_refusal": SQL(
                    "CASE hours_state WHEN 'refused' THEN 'Too many' END"
                ),
                "hourly_rate_id": SQL("rate_id"),
                "rate": SQL("CASE WHEN %s THEN COALESCE(rate, 0) END", checked),
                "rate_currency_id": SQL("currency_id"),
                "hours_value": SQL(
                    "CASE WHEN %s THEN round(hours * COALESCE(rate, 0), 2) END",
                    checked,
                ),
                **self._moments(self._recorded(n, "part", SQL("day"))),
            },
        )

    # events

    def _events(self):
        """Events, some late in the evening, and a table of them for the statements."""
        per_year = max(
            EVENTS_A_YEAR, math.ceil(self.people * INVITATIONS / GUESTS / self.years)
        )
        count = self.event_count = per_year * self.years
        kinds = self.env["alumni.event.kind"].search([]).ids
        begins = [
            datetime.combine(
                self.first_day + timedelta(days=number * self.days // count),
                datetime.min.time(),
            )
            + timedelta(hours=16, minutes=number % 5 * 60)
            for number in range(count)
        ]
        events = self.env["event.event"].create(
            [
                {
                    "name": f"Event {number}",
                    "alumni_kind_id": kinds[number % len(kinds)] if kinds else False,
                    "programme_id": self.programmes[number % len(self.programmes)],
                    "date_begin": begin,
                    "date_end": begin + timedelta(hours=3),
                    "event_mail_ids": [],
                }
                for number, begin in enumerate(begins)
            ]
        )
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.populated_event")
        # The day of a participation is that of its event in the event's timezone.
        cr.execute(
            """
            CREATE TEMPORARY TABLE populated_event ON COMMIT DROP AS
            SELECT number - 1 AS number, event.id, event.programme_id, event.date_begin,
                   event.date_end, (event.date_begin AT TIME ZONE 'UTC'
                       AT TIME ZONE event.date_tz)::date AS day
            FROM unnest(%s) WITH ORDINALITY AS made (id, number)
            JOIN event_event event USING (id)
            """,
            [events.ids],
        )
        self.written["event.event"] = count

    def _cost_lines(self):
        """Four parts of the cost of each event; every tenth line waits to be
        validated."""
        events = self.env.execute_query(
            SQL("SELECT number, id, day FROM populated_event ORDER BY number")
        )
        lines = self.env["alumni.cost.line"].create(
            [
                {"event_id": event, "date": day, **values}
                for n, event, day in events
                for values in (
                    {"name": "Hall", "amount": 180 + n * 37 % 700},
                    {
                        "name": "Catering",
                        "amount": 250 + n * 53 % 900,
                        "payer": "other",
                        "payer_name": "Fondation",
                    },
                    {
                        "name": "Preparation",
                        "nature": "labour",
                        "labour": "paid",
                        "hours": 8 + n % 20,
                    },
                    {
                        "name": "Welcome",
                        "nature": "labour",
                        "labour": "volunteer",
                        "hours": 4 + n % 12,
                    },
                )
            ]
        )
        certain = [line.id for number, line in enumerate(lines) if number % 10]
        lines.evidence = "Invoice or time sheet"
        lines.browse(certain).action_validate()
        self.env.flush_all()
        self.written["alumni.cost.line"] = len(lines)

    def _invitations(self):
        draw, n = self._draw, SQL("n")
        guests = self.people * INVITATIONS // self.event_count
        delivered = SQL("(%s >= 4)", draw(n, "bounced", 100))
        answer = SQL(
            "CASE WHEN NOT %(delivered)s THEN NULL WHEN %(draw)s < 35 THEN 'yes'"
            " WHEN %(draw)s < 55 THEN 'no' WHEN %(draw)s < 60 THEN 'maybe' END",
            delivered=delivered,
            draw=draw(n, "answer", 100),
        )
        asked = SQL("(event.day - 30)")
        self._insert(
            "alumni.invitation",
            lambda: self.env["alumni.invitation"].create(
                {"event_id": self._first_event(), "partner_id": self._anybody()}
            ),
            SQL(
                """
                SELECT n, event.id AS event_id, %(asked)s AS asked,
                       %(delivered)s AS delivered, %(answer)s AS answer,
                       %(partner)s AS partner
                FROM generate_series(0, %(last)s) AS n
                JOIN populated_event event ON event.number = n / %(guests)s
                """,
                asked=asked,
                delivered=delivered,
                answer=answer,
                partner=self._nth(
                    SQL("(n %% %s)", guests), draw(SQL("event.number"), "from", 10**6)
                ),
                last=guests * self.event_count - 1,
                guests=guests,
            ),
            {
                "event_id": SQL("event_id"),
                "partner_id": SQL("partner"),
                "invited_date": SQL("asked"),
                "delivered_date": SQL("CASE WHEN delivered THEN asked END"),
                "bounced": SQL("NOT delivered"),
                "reminded_date": SQL(
                    "CASE WHEN answer IS NULL AND delivered AND %s < 50"
                    " THEN asked + 20 END",
                    draw(n, "reminded", 100),
                ),
                "answer": SQL("answer"),
                "answer_date": SQL(
                    "CASE WHEN answer IS NOT NULL"
                    " THEN asked + TIME '18:00' + %s * INTERVAL '1 day' END",
                    draw(n, "answered on", 25),
                ),
                "answer_channel": SQL(
                    "CASE WHEN answer IS NOT NULL THEN %s END",
                    self._one_of(n, "by", ("link", "link", "email", "phone")),
                ),
                "state": SQL(
                    "COALESCE(answer,"
                    " CASE WHEN delivered THEN 'delivered' ELSE 'bounced' END)"
                ),
                **self._moments(SQL("asked + TIME '09:30'")),
            },
        )

    def _first_event(self):
        return self.env.execute_query(
            SQL("SELECT id FROM populated_event WHERE number = 0")
        )[0][0]

    def _invitation_answers(self):
        """The history: each answer, and before some of them another one."""
        key = self._pair(SQL("event.number"), SQL("partner_id"))
        for condition, answer, moment in (
            (SQL("TRUE"), SQL("answer"), SQL("answer_date")),
            (
                SQL("%s = 0", self._draw(key, "changed mind", 30)),
                SQL("'maybe'"),
                SQL("answer_date - INTERVAL '1 day'"),
            ),
        ):
            self._insert(
                "alumni.invitation.answer",
                lambda: self.env["alumni.invitation.answer"].create(
                    {
                        "invitation_id": self.env["alumni.invitation"]
                        .search([], limit=1)
                        .id,
                        "answer": "yes",
                        "channel": "link",
                    }
                ),
                SQL(
                    """
                    SELECT invitation.id, answer, answer_date, answer_channel
                    FROM alumni_invitation invitation
                    JOIN populated_event event ON event.id = event_id
                    WHERE answer IS NOT NULL AND %s
                    """,
                    condition,
                ),
                {
                    "invitation_id": SQL("id"),
                    "answer": answer,
                    "channel": SQL("answer_channel"),
                    "date": moment,
                    **self._moments(moment),
                },
            )

    def _registrations(self):
        """Of those who said yes nine in ten, and as many walk-ins as there are."""
        draw, n = self._draw, SQL("n")
        pair = self._pair(SQL("event.number"), SQL("partner_id"))
        invited = SQL(
            """
            SELECT %s * 2 AS n, event_id, partner_id, answer_date AS made
            FROM alumni_invitation invitation
            JOIN populated_event event ON event.id = event_id
            WHERE answer = 'yes' AND %s < 90
            """,
            pair,
            draw(pair, "registers", 100),
        )
        others = SQL(
            """
            SELECT n * 2::bigint + 1, event.id, seat.partner_id,
                   event.day - 5 + TIME '12:00'
            FROM (SELECT n, %s AS partner_id, %s AS event
                  FROM generate_series(0, %s) AS n) AS seat
            JOIN populated_event event ON event.number = seat.event
            """,
            self._somebody(n, "walks in"),
            draw(n, "into", self.event_count),
            self.people * WALK_INS - 1,
        )
        state = SQL(
            "CASE WHEN %(draw)s < 80 THEN 'done' WHEN %(draw)s < 92 THEN 'open'"
            " ELSE 'cancel' END",
            draw=draw(n, "comes", 100),
        )
        self._insert(
            "event.registration",
            lambda: self.env["event.registration"].create(
                {
                    "event_id": self._first_event(),
                    "partner_id": self._anybody(),
                    "attendee_id": self._anybody(),
                }
            ),
            SQL(
                """
                SELECT seat.*, %s AS seat_state, person.name, person.email,
                       person.phone_sanitized AS phone, event.date_end
                FROM (%s UNION ALL %s) AS seat
                JOIN res_partner person ON person.id = seat.partner_id
                JOIN populated_event event ON event.id = seat.event_id
                """,
                state,
                invited,
                others,
            ),
            {
                "event_id": SQL("event_id"),
                "partner_id": SQL("partner_id"),
                "attendee_id": SQL("partner_id"),
                "name": SQL("name"),
                "email": SQL("email"),
                "phone": SQL("phone"),
                "state": SQL("seat_state"),
                "date_closed": SQL(
                    "CASE seat_state WHEN 'done' THEN date_end + CASE WHEN %s = 0"
                    " THEN INTERVAL '40 days' ELSE INTERVAL '-1 hour' END END",
                    draw(n, "marked", 33),
                ),
                "barcode": SQL("%s || n", f"{self.first}-"),
                **self._moments(SQL("made")),
            },
        )

    # surveys

    def _survey_answers(self):
        """After an event two in ten of those who came answer; some surveys of the
        institution are sent to everybody in turn."""
        draw = self._draw
        self.event_survey = self.env.ref("alumni_relations.survey_after_event")
        count = max(1, self.years // 2)
        self.surveys = self.env["survey.survey"].create(
            [
                {
                    "title": f"You and your university {number}",
                    "user_id": self.env.uid,
                    "access_mode": "token",
                    "question_ids": [
                        Command.create(
                            {
                                "title": "Would you recommend your university?",
                                "question_type": "scale",
                                "scale_min": 0,
                                "scale_max": 10,
                                "alumni_measure": "recommendation",
                                "alumni_question_kind": "quantitative",
                                "alumni_recommend_what": "institution",
                            }
                        )
                    ],
                }
                for number in range(1, count + 1)
            ]
        )
        self.env.flush_all()
        pair = self._pair(SQL("event.number"), SQL("seat.attendee_id"))
        after_events = SQL(
            """
            SELECT DISTINCT %(pair)s * 2 AS n, %(survey)s AS survey_id,
                   seat.attendee_id AS who, event.id AS event_id, event.programme_id,
                   event.date_end + INTERVAL '1 hour'
                       + %(when)s * INTERVAL '5 hours' AS moment
            FROM event_registration seat
            JOIN populated_event event ON event.id = seat.event_id
            WHERE seat.state = 'done' AND %(answers)s < 25
            """,
            pair=pair,
            survey=self.event_survey.id,
            when=draw(pair, "answers after", 60),
            answers=draw(pair, "answers", 100),
        )
        n = SQL("n")
        of_institution = SQL(
            """
            SELECT n * 2::bigint + 1, (%s::int[])[1 + n %% %s], %s,
                   NULL::int, NULL::int, %s + TIME '10:00'
            FROM generate_series(0, %s) AS n
            """,
            self.surveys.ids,
            count,
            self._nth(SQL("(n / %s)", count), SQL("n %% %s", count)),
            self._day(n, "surveyed on"),
            self.people * ANSWERS - 1,
        )
        done = SQL("(%s < 85)", draw(n, "completes", 100))
        self._insert(
            "survey.user_input",
            lambda: self.env["survey.user_input"].create(
                {
                    "survey_id": self.surveys[0].id,
                    "partner_id": self._anybody(),
                    "state": "done",
                }
            ),
            SQL(
                """
                SELECT answer.*, person.email,
                       answer.event_id IS NOT NULL OR %s AS complete
                FROM ((%s) UNION ALL %s) AS answer
                JOIN res_partner person ON person.id = answer.who
                """,
                done,
                after_events,
                of_institution,
            ),
            {
                "survey_id": SQL("survey_id"),
                "partner_id": SQL("who"),
                "email": SQL("email"),
                "nickname": SQL("NULL"),
                "state": SQL("CASE WHEN complete THEN 'done' ELSE 'new' END"),
                "access_token": SQL("md5(%s || n)::uuid::text", f"{self.first} "),
                "alumni_event_id": SQL("event_id"),
                "alumni_programme_id": SQL("programme_id"),
                "start_datetime": SQL(
                    "CASE WHEN complete THEN moment - INTERVAL '5 minutes' END"
                ),
                "end_datetime": SQL("CASE WHEN complete THEN moment END"),
                **self._moments(SQL("moment")),
            },
        )

    def _survey_lines(self):
        """One number per question of the two kinds of survey; of those after events
        also a yes or no."""
        asked = [(survey.question_ids, survey) for survey in self.surveys]
        names = ("satisfaction", "recommend", "expectation_event")
        names += ("networking_quantitative_1", "learning_binary_1")
        questions = self.env["survey.question"]
        for name in names:
            questions |= self.env.ref(f"alumni_relations.question_event_{name}")
        asked.append((questions, self.event_survey))
        for questions, survey in asked:
            for question in questions:
                self._survey_line(survey, question)

    def _survey_line(self, survey, question):
        low, high = question.scale_min, question.scale_max
        key, name = SQL("n"), f"question {survey.title} {question.title}"
        # Better than the middle, as such answers are.
        score = SQL(
            "%s + GREATEST(%s, %s)",
            low,
            self._draw(key, name, high - low + 1),
            self._draw(key, f"{name} again", high - low + 1),
        )
        answers = question.suggested_answer_ids.ids
        scale = question.question_type == "scale"
        varies = (
            {"value_scale": score}
            if scale
            else {
                "suggested_answer_id": self._one_of(key, name, answers, "int"),
            }
        )
        self._insert(
            "survey.user_input.line",
            lambda: self.env["survey.user_input.line"].create(
                {
                    "user_input_id": self.env["survey.user_input"]
                    .create({"survey_id": survey.id})
                    .id,
                    "question_id": question.id,
                    **(
                        {"answer_type": "scale", "value_scale": high}
                        if scale
                        else {
                            "answer_type": "suggestion",
                            "suggested_answer_id": answers[0],
                        }
                    ),
                }
            ),
            SQL(
                """
                SELECT answer.id, end_datetime, %s AS n FROM survey_user_input answer
                LEFT JOIN populated_event event ON event.id = alumni_event_id
                WHERE survey_id = %s AND state = 'done' AND partner_id BETWEEN %s AND %s
                """,
                self._pair(SQL("COALESCE(event.number, 0)"), SQL("partner_id")),
                survey.id,
                self.first,
                self.first + self.people - 1,
            ),
            {
                "user_input_id": SQL("id"),
                **varies,
                **self._moments(SQL("end_datetime")),
            },
        )

    # newsletters

    def _traces(self):
        draw, n = self._draw, SQL("n")
        count = MAILINGS_A_YEAR * self.years
        purpose = self.env.ref("alumni_relations.purpose_newsletter")
        sent = [
            datetime.combine(
                self.first_day + timedelta(days=number * self.days // count),
                datetime.min.time(),
            )
            + timedelta(hours=8)
            for number in range(count)
        ]
        mailings = self.env["mailing.mailing"].create(
            [
                {
                    "subject": f"Newsletter {number}",
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "alumni_purpose_id": purpose.id,
                    "user_id": self.env.uid,
                    "sent_date": moment,
                    "state": "done",
                }
                for number, moment in enumerate(sent)
            ]
        )
        self.env.flush_all()
        status = SQL(
            "CASE WHEN %(draw)s < 45 THEN 'reply' WHEN %(draw)s < 70 THEN 'open'"
            " WHEN %(draw)s < 95 THEN 'sent' ELSE 'bounce' END",
            draw=draw(n, "reads", 100),
        )
        later = SQL(
            "sent + INTERVAL '1 hour' + %s * INTERVAL '1 hour'", draw(n, "when", 200)
        )
        read = SQL("status IN ('open', 'reply')")
        self._insert(
            "mailing.trace",
            lambda: self.env["mailing.trace"].create(
                {
                    "mass_mailing_id": mailings[0].id,
                    "model": "res.partner",
                    "res_id": self._anybody(),
                    "trace_status": "sent",
                    "sent_datetime": sent[0],
                }
            ),
            SQL(
                """
                SELECT trace.*, person.email_normalized
                FROM (SELECT n, (%s::int[])[1 + n %% %s] AS mailing_id,
                             (%s::timestamp[])[1 + n %% %s] AS sent,
                             %s AS reader, %s AS status
                      FROM generate_series(0, %s) AS n) AS trace
                JOIN res_partner person ON person.id = trace.reader
                WHERE person.email_normalized IS NOT NULL
                """,
                mailings.ids,
                count,
                sent,
                count,
                self._nth(SQL("(n / %s)", count), SQL("n %% %s * 7", count)),
                status,
                self.people * TRACES - 1,
            ),
            {
                "mass_mailing_id": SQL("mailing_id"),
                "res_id": SQL("reader"),
                "email": SQL("email_normalized"),
                "trace_status": SQL("status"),
                "sent_datetime": SQL("sent"),
                "open_datetime": SQL("CASE WHEN %s THEN %s END", read, later),
                "reply_datetime": SQL("CASE status WHEN 'reply' THEN %s END", later),
                "links_click_datetime": SQL(
                    "CASE WHEN %s AND %s = 0 THEN %s END",
                    read,
                    draw(n, "clicks", 4),
                    later,
                ),
                **self._moments(SQL("sent")),
            },
        )
