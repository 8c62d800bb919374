from functools import lru_cache

from babel import Locale

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ...tools.cells import (
    is_formula,
    parse_date,
    parse_email,
    parse_year,
    parse_yes_no,
)
from ...tools.match_key import plain_name, sql_plain_name
from .alumni_import_kind import LineProblem

GENDERS = {
    "female": "mme mlle madame mademoiselle mrs ms miss f femme female woman 2",
    "male": "m mr monsieur h homme male man 1",
}
LEVELS = {
    "certificate": "du diu certificate certificat diplomeduniversite",
    "bachelor": "l lp bachelor licence licencepro but dut deust",
    "master": "m master maitrise ingenieur dea dess",
    "doctorate": "d doctorate doctorat phd these",
}
STATES = {
    "awarded": "diplome diplomee awarded graduated graduate obtenu",
    "returning": "reinscrit reinscrite returning enrolled inscrit inscrite",
    "entering": "primo primoentrant primoentrante entering new",
    "left": "left sorti sortie abandon",
}
AUDIENCES = {
    "awarded": "graduate",
    "returning": "returning_student",
    "entering": "entering_student",
}
COUNTRIES = {
    "GB": "uk grandebretagne angleterre ecosse paysdegalles england scotland wales",
    "US": "usa etatsunisdamerique unitedstatesofamerica",
    "NL": "hollande holland",
    "CI": "cotedivoire ivorycoast",
    "CD": "rdc republiquedemocratiqueducongo",
    "CG": "congo",
    "KR": "coreedusud southkorea coree",
    "RU": "russie russia",
    "VN": "vietnam",
    "CZ": "republiquetcheque czechrepublic",
    "TR": "turquie turkey",
}
"""Names that people write and no list of countries has."""


def _reversed(words):
    return {word: code for code, text in words.items() for word in text.split()}


class AlumniImportKindPeople(models.AbstractModel):
    """A registrar's file: one line per person, or per person and degree.

    One person is: the same student number; else the same family name, first name
    and birth date without accents, case and hyphens; else the same personal e-mail
    and family name, unless two different birth dates say otherwise. The same holds
    among the lines of the file and between the file and the people on record.

    What is on record is only completed: a file never empties or replaces what staff
    may have corrected. It decides about what the registrar alone knows: educations
    (a degree once awarded stays awarded), deaths, and the consents it has collected.
    """

    _name = "alumni.import.kind.people"
    _inherit = "alumni.import.kind"
    _description = "Import of people"

    _kind = "people"
    _kind_sequence = 1
    _stage_keys = (
        *("line", "root", "number", "match_key", "email_normalized"),
        *("degree_code", "school_code"),
    )
    _stage_columns = {
        "number": "varchar",
        "match_key": "varchar",
        "family_key": "varchar",
        "name": "varchar",
        "first_name": "varchar",
        "family_name": "varchar",
        "birth_name": "varchar",
        "gender": "varchar",
        "birth_date": "date",
        "email": "varchar",
        "email_normalized": "varchar",
        "phone": "varchar",
        "phone_sanitized": "varchar",
        "street": "varchar",
        "street2": "varchar",
        "zip": "varchar",
        "city": "varchar",
        "country_id": "int4",
        "school_code": "varchar",
        "school_name": "varchar",
        "degree_code": "varchar",
        "degree_name": "varchar",
        "degree_level": "varchar",
        "start_year": "int4",
        "award_date": "date",
        "state": "varchar",
        "consent": "varchar",
        "consent_date": "date",
        "deceased": "bool",
        "linkedin": "varchar",
    }

    @api.model
    def _kind_label(self):
        return self.env._("People and degrees")

    @api.model
    def _check_columns(self, document, codes):
        if not codes & {"family_name", "birth_name"}:
            raise UserError(
                self.env._(
                    "No column is mapped to “Family name”, and people are not taken "
                    "without. Does the first line of the file hold the names of the "
                    "columns? If it does, choose the field of each column and check "
                    "again."
                )
            )
        if not codes & {"student_number", "birth_date", "email"}:
            raise UserError(
                self.env._(
                    "People are told apart by student number, birth date or personal "
                    "e-mail. Map a column to at least one of these fields."
                )
            )
        if codes & {"degree_code", "degree_name"} and not codes & {
            "school_code",
            "school_name",
        }:
            raise UserError(
                self.env._(
                    "Degrees are loaded with the school that taught them. "
                    "Map a column to “School” or “School code”."
                )
            )

    # one line

    @api.model
    def _parser(self, document, columns):
        read, headers = self._values_reader(
            document, columns, ("street", "street2", "linkedin")
        )
        countries = self._countries()
        home = document.company_id.country_id
        genders = _reversed(GENDERS)
        plain = lru_cache(maxsize=200_000)(plain_name)
        sanitize = lru_cache(maxsize=100_000)(self._sanitized_phone)
        country_of = lru_cache(maxsize=10_000)(
            lambda text: countries.get(plain_name(text))
        )

        def day(values, code):
            text = values.get(code)
            try:
                return parse_date(text) if text else None
            except ValueError:
                raise self._bad_value(headers[code], text, "bad_date") from None

        def word(values, code, known, fallback=None):
            text = values.get(code)
            return known.get(plain(text), fallback) if text else None

        def yes_no(values, code):
            try:
                return parse_yes_no(values.get(code))
            except ValueError:
                raise self._bad_value(headers[code], values[code]) from None

        education = self._education_parser(headers, day, word)

        def parse(cells):
            values = read(cells)
            birth_name = values.get("birth_name") or None
            family_name = values.get("family_name") or birth_name
            first_name = values.get("first_name") or None
            if not family_name and not first_name:
                raise LineProblem("no_name", self.env._("The line has no name."))
            for code in ("family_name", "birth_name", "first_name"):
                if is_formula(values.get(code, "")):
                    raise LineProblem(
                        "formula",
                        self.env._(
                            "%(column)s: “%(value)s” looks like a formula, and nobody "
                            "is called so.",
                            column=headers[code],
                            value=values[code],
                        ),
                    )
            number = values.get("student_number") or None
            email = values.get("email") or None
            birth_date = day(values, "birth_date")
            if not (number or birth_date or email):
                raise LineProblem(
                    "no_identity",
                    self.env._(
                        "Without student number, birth date and e-mail nobody can "
                        "tell who this is."
                    ),
                )
            family_key, first_key = plain(family_name or ""), plain(first_name or "")
            if len(family_key) + len(first_key) > 600:
                raise LineProblem("too_long", self.env._("The name is too long."))
            key = None
            if family_key and first_key and birth_date:
                key = f"{family_key}|{first_key}|{birth_date.isoformat()}"
            city, country = values.get("city") or None, None
            if text := values.get("country"):
                country = country_of(text)
                if not country:
                    city = ", ".join(filter(None, (city, text)))
            phone = values.get("phone") or None
            consent = yes_no(values, "consent_email")
            return (
                number,
                key,
                family_key or None,
                " ".join(filter(None, (first_name, family_name))),
                first_name,
                family_name,
                birth_name,
                word(values, "gender", genders),
                birth_date,
                email,
                email and parse_email(email),
                phone,
                phone and sanitize(phone, country or home),
                values.get("street") or None,
                values.get("street2") or None,
                values.get("zip") or None,
                city,
                country and country.id,
                *education(values),
                None if consent is None else "given" if consent else "refused",
                day(values, "consent_date"),
                yes_no(values, "deceased"),
                values.get("linkedin") or None,
            )

        return parse

    @api.model
    def _education_parser(self, headers, day, word):
        """Return the function that reads the columns about a degree.

        :param day: function that reads a date
        :param word: function that reads one of a list of words
        """
        levels, states = _reversed(LEVELS), _reversed(STATES)

        def education(values):
            code = values.get("degree_code") or values.get("degree_name")
            if not code:
                return (None,) * 8
            school = values.get("school_code") or values.get("school_name")
            award_date = day(values, "award_date")
            state = word(values, "state", states, fallback="?")
            if state == "?":
                raise self._bad_value(headers["state"], values["state"])
            state = state or "awarded"
            if not school:
                raise LineProblem(
                    "missing_value", self.env._("The degree has no school.")
                )
            if state == "awarded" and not award_date:
                raise LineProblem(
                    "missing_value", self.env._("The degree has no award date.")
                )
            try:
                text = values.get("start_year")
                start_year = parse_year(text) if text else None
            except ValueError:
                raise self._bad_value(headers["start_year"], text) from None
            return (
                school,
                values.get("school_name") or school,
                code,
                values.get("degree_name") or code,
                word(values, "degree_level", levels),
                start_year,
                award_date if state == "awarded" else None,
                state,
            )

        return education

    @api.model
    def _countries(self):
        """Countries by code and by every name that they have in English, in French
        and in the languages of this database."""
        countries = self.env["res.country"].search_fetch([], ["code", "phone_code"])
        codes = {country.code: country for country in countries}
        names = {}
        for language in ("en", "fr"):
            for code, name in Locale(language).territories.items():
                if code in codes:
                    names[plain_name(name)] = codes[code]
        for code, _label in self.env["res.lang"].get_installed():
            for country in countries.with_context(lang=code):
                names[plain_name(country.name)] = codes[country.code]
        for code, alternatives in COUNTRIES.items():
            if code in codes:
                names |= dict.fromkeys(alternatives.split(), codes[code])
        names |= {code.lower(): country for code, country in codes.items()}
        return names

    @staticmethod
    def _sanitized_phone(phone, country):
        try:
            return phone_format(
                phone, country.code, country.phone_code, "E164", raise_exception=True
            )
        except UserError:
            return None

    # the whole file

    @api.model
    def _staged(self, document, stage):
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(stage)s stage SET root = first.line
                FROM (SELECT line AS own, min(line) OVER (PARTITION BY number) AS line
                      FROM %(stage)s WHERE number IS NOT NULL) first
                WHERE first.own = stage.line AND first.line < first.own
                """,
                stage=stage,
            )
        )
        self._union(
            stage,
            [
                SQL(
                    """
                    SELECT array_agg(DISTINCT root) FROM %s
                    WHERE match_key IS NOT NULL
                    GROUP BY match_key HAVING min(root) < max(root)
                    """,
                    stage,
                ),
                SQL(
                    """
                    SELECT array_agg(DISTINCT root)
                    FROM (SELECT root, email_normalized, family_key,
                                 COALESCE(birth_date, min(birth_date) OVER (
                                     PARTITION BY email_normalized, family_key))
                                     AS birth_date
                          FROM %s
                          WHERE email_normalized IS NOT NULL
                          AND family_key IS NOT NULL) line
                    GROUP BY email_normalized, family_key, birth_date
                    HAVING min(root) < max(root)
                    """,
                    stage,
                ),
            ],
        )

    @api.model
    def _match(self, document, stage, first, last):
        """Find who among the people on record the lines of a chunk are about.

        :return: table of ``line, root, key``: the key is the id of the person, or
            the negative root of a new one
        """
        company = document.company_id.id
        lines = self._temporary(
            "alumni_import_line_match",
            SQL(
                """
                WITH chunk AS MATERIALIZED (
                    SELECT line, root, number, match_key FROM %(stage)s
                    WHERE root BETWEEN %(first)s AND %(last)s
                ), same AS (
                    SELECT partner.alumni_match_key AS match_key,
                           min(partner.id) AS id
                    FROM (SELECT DISTINCT match_key FROM chunk) key
                    JOIN res_partner partner
                        ON partner.alumni_match_key = key.match_key
                    WHERE COALESCE(partner.company_id, %(company)s) = %(company)s
                    AND partner.is_company IS NOT TRUE
                    GROUP BY partner.alumni_match_key
                )
                SELECT chunk.line, chunk.root, number.partner_id AS by_number,
                       CASE WHEN number.partner_id IS NULL THEN same.id END AS by_key
                FROM chunk
                LEFT JOIN alumni_student_number number
                    ON number.company_id = %(company)s AND number.name = chunk.number
                LEFT JOIN same ON same.match_key = chunk.match_key
                """,
                stage=stage,
                company=company,
                first=first,
                last=last,
            ),
        )
        roots = self._temporary(
            "alumni_import_root_match",
            SQL(
                """
                SELECT root, COALESCE(min(by_number), min(by_key)) AS known
                FROM %s GROUP BY root
                """,
                lines,
            ),
        )
        # A contact that was entered by hand may have its names in one field only.
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(roots)s root SET known = same.id
                FROM (
                    SELECT stage.root, min(partner.id) AS id
                    FROM %(stage)s stage
                    JOIN %(roots)s open ON open.root = stage.root
                        AND open.known IS NULL
                    JOIN res_partner partner
                        ON partner.email_normalized = stage.email_normalized
                    WHERE stage.family_key IS NOT NULL
                    AND COALESCE(partner.company_id, %(company)s) = %(company)s
                    AND partner.is_company IS NOT TRUE
                    AND CASE WHEN partner.alumni_family_name IS NULL
                        THEN stage.family_key IN (
                            right(%(name)s, length(stage.family_key)),
                            left(%(name)s, length(stage.family_key)))
                        ELSE stage.family_key = %(family_name)s END
                    AND (partner.alumni_birth_date = stage.birth_date) IS NOT FALSE
                    GROUP BY stage.root
                ) same
                WHERE same.root = root.root
                """,
                roots=roots,
                stage=stage,
                company=company,
                name=sql_plain_name(SQL("partner.name")),
                family_name=sql_plain_name(SQL("partner.alumni_family_name")),
            )
        )
        return SQL(
            """
            SELECT line.line, line.root,
                   COALESCE(line.by_number, root.known, -line.root) AS key
            FROM %s line JOIN %s root ON root.root = line.root
            """,
            lines,
            roots,
        )

    @api.model
    def _preview(self, document, stage):
        matched = self._match(document, stage, 0, document.last_line)
        [(new, known, degrees)] = self.env.execute_query(
            SQL(
                """
                WITH matched AS (%(matched)s),
                degree AS (
                    SELECT DISTINCT matched.key, stage.degree_code
                    FROM matched JOIN %(stage)s stage ON stage.line = matched.line
                    WHERE stage.degree_code IS NOT NULL
                )
                SELECT (SELECT count(DISTINCT key) FROM matched WHERE key < 0),
                       (SELECT count(DISTINCT key) FROM matched WHERE key > 0),
                       (SELECT count(*) FROM degree
                        WHERE NOT EXISTS (
                            SELECT 1 FROM alumni_education education
                            JOIN alumni_degree ON alumni_degree.id = education.degree_id
                            WHERE education.partner_id = degree.key
                            AND alumni_degree.company_id = %(company)s
                            AND alumni_degree.code = degree.degree_code))
                """,
                matched=matched,
                stage=stage,
                company=document.company_id.id,
            )
        )
        return {"people_new": new, "people_known": known, "degrees_new": degrees}

    @api.model
    def _begin(self, document, stage):
        """Create the schools and degrees that are not known yet."""
        for model, code, columns, counter in (
            ("alumni.school", "school_code", ["school_name"], "schools_created"),
            (
                "alumni.degree",
                "degree_code",
                ["degree_name", "degree_level"],
                "catalogue_created",
            ),
        ):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (stage.%(code)s) stage.%(code)s, %(columns)s
                    FROM %(stage)s stage
                    WHERE stage.%(code)s IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM %(table)s
                        WHERE code = stage.%(code)s AND company_id = %(company)s)
                    ORDER BY stage.%(code)s, stage.line
                    """,
                    code=SQL.identifier(code),
                    columns=SQL(", ").join(map(SQL.identifier, columns)),
                    stage=stage,
                    table=SQL.identifier(self.env[model]._table),
                    company=document.company_id.id,
                )
            )
            names = ["code", *(column.partition("_")[2] for column in columns)]
            self.env[model].create(
                [
                    dict(
                        zip(names, row, strict=True), company_id=document.company_id.id
                    )
                    for row in rows
                ]
            )
            document[counter] += len(rows)
        self.env.flush_all()

    # one chunk

    @api.model
    def _load(self, document, stage, first, last):
        matched = self._match(document, stage, first, last)
        self._gather(stage, matched)
        self._temporary(
            "alumni_import_touched", SQL("SELECT NULL::int AS id WHERE FALSE")
        )
        plan = self._plan(document)
        groups = {
            created
            for (created,) in self.env.execute_query(
                SQL("SELECT DISTINCT created FROM alumni_import_person")
            )
        }
        degrees = 0
        if True in groups:
            degrees += self._load_new(document, stage, plan)
        if False in groups:
            degrees += self._load_known(stage, plan)
        written = self._temporary(
            "alumni_import_written",
            SQL(
                """
                SELECT person.id, person.created
                FROM alumni_import_person person
                WHERE person.created
                OR person.id IN (SELECT id FROM alumni_import_touched)
                """
            ),
        )
        self.env.invalidate_all(flush=False)
        ids = SQL("SELECT id FROM %s", written)
        self.env["res.partner"]._bulk_written(ids)
        self.env["alumni.education"]._bulk_written(
            SQL("SELECT id FROM alumni_education WHERE partner_id IN (%s)", ids)
        )
        [(created, updated)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FILTER (WHERE created),
                       count(*) FILTER (WHERE NOT created) FROM %s
                """,
                written,
            )
        )
        return {
            "people_created": created,
            "people_updated": updated,
            "degrees_created": degrees,
        }

    @api.model
    def _plan(self, document):
        """What the statements need to know and only the ORM can tell."""
        examples = [
            {
                "name": f"{letter} {letter}",
                "company_id": document.company_id.id,
                "email": f"{letter}@{letter}.example",
                "alumni_first_name": letter,
                "alumni_family_name": letter,
                "alumni_source": "registrar",
                "lang": document.company_id._alumni_lang(),
            }
            for letter in "ab"
        ]
        defaults, differing = self._defaults_by_example(
            "res.partner", examples, self._partner_columns(document)
        )
        audiences = self.env["alumni.audience"].search(
            [("code", "in", list(AUDIENCES.values()))]
        )
        return {
            "defaults": {
                "res.partner": defaults,
                **{
                    model: self._defaults(model)
                    for model in (
                        "alumni.student.number",
                        "alumni.education",
                        "alumni.consent",
                    )
                },
            },
            "computed_by_orm": differing,
            "audiences": {audience.code: audience.id for audience in audiences},
            "today": fields.Date.context_today(document),
            "company": document.company_id.id,
        }

    @api.model
    def _load_new(self, document, stage, plan):
        """Create the people who are not known, with all that belongs to them.

        The rows are written into temporary tables that have the names of the real
        ones, and so hide them; the definition of the stored fields then finds its
        values there, and the rows are moved with their final values. Written to the
        real tables first, every row of res.partner would be written twice, with
        some forty indexes each time.

        :return: number of educations created
        """
        relation = self.env["res.partner"]._fields["alumni_audience_ids"]
        tables = {
            "res_partner": "id",
            "alumni_student_number": None,
            "alumni_education": "partner_id",
            "alumni_consent": "partner_id",
            relation.relation: relation.column1,
        }
        schema = self.env.execute_query(SQL("SELECT current_schema()"))[0][0]
        for name, key in tables.items():
            table = SQL.identifier(name)
            self.env.cr.execute(
                SQL(
                    "CREATE TEMPORARY TABLE %s (LIKE %s INCLUDING DEFAULTS) "
                    "ON COMMIT DROP",
                    table,
                    SQL.identifier(schema, name),
                )
            )
            if key:
                self.env.cr.execute(
                    SQL("CREATE INDEX ON %s (%s)", table, SQL.identifier(key))
                )
        lines = self._lines(stage, created=True)
        self._create_people(document, plan)
        self._add_numbers(lines, plan)
        degrees = self._add_educations(lines, plan)
        self._add_consents(lines, plan)
        self._add_audiences(lines, plan)
        self.env["res.partner"]._alumni_recompute_sql(SQL("SELECT id FROM res_partner"))
        for name in tables:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s SELECT * FROM pg_temp.%s ON CONFLICT DO NOTHING",
                    SQL.identifier(schema, name),
                    SQL.identifier(name),
                )
            )
            self.env.cr.execute(SQL("DROP TABLE pg_temp.%s", SQL.identifier(name)))
        self._analyze(
            {
                "res_partner": ("id", "alumni_match_key", "email_normalized"),
                "alumni_student_number": ("name", "partner_id"),
                "alumni_education": ("partner_id", "degree_id"),
                "alumni_consent": ("partner_id",),
                relation.relation: (relation.column1, relation.column2),
            }
        )
        if plan["computed_by_orm"]:
            partners = self.env["res.partner"].browse(
                id_
                for (id_,) in self.env.execute_query(
                    SQL("SELECT id FROM alumni_import_person WHERE created")
                )
            )
            for name in plan["computed_by_orm"]:
                self.env.add_to_compute(partners._fields[name], partners)
            self.env.flush_all()
        return degrees

    @api.model
    def _analyze(self, tables):
        """Tell the planner about tables that have doubled since it looked: it would
        go on treating them as empty and read them line by line for every match.

        :param tables: by name, the columns by which lines are matched; the server
            looks at the others by itself, later
        """
        doubled = self.env.execute_query(
            SQL(
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace
                AND relname IN %s
                AND pg_relation_size(oid)
                    > 2 * relpages::bigint * current_setting('block_size')::int
                """,
                tuple(tables),
            )
        )
        for (name,) in doubled:
            self.env.cr.execute(
                self._analyze_statement(SQL.identifier(name), tables[name])
            )

    @api.model
    def _load_known(self, stage, plan):
        """Complete the people who are known.

        :return: number of educations created
        """
        lines = self._lines(stage, created=False)
        self._complete_people()
        self._add_numbers(lines, plan)
        degrees = self._add_educations(lines, plan)
        self._add_consents(lines, plan)
        self._add_audiences(lines, plan)
        self.env["res.partner"]._alumni_recompute_sql(
            SQL("SELECT DISTINCT id FROM alumni_import_touched WHERE id IS NOT NULL")
        )
        return degrees

    @api.model
    def _lines(self, stage, created):
        """The lines of the chunk about new or about known people, with
        ``partner_id``."""
        return self._temporary(
            "alumni_import_person_line",
            SQL(
                """
                SELECT stage.*, person.id AS partner_id
                FROM alumni_import_matched matched
                JOIN alumni_import_person person ON person.key = matched.key
                JOIN %s stage ON stage.line = matched.line
                WHERE person.created = %s
                """,
                stage,
                created,
            ),
            ["line", "partner_id", "number", "degree_code", "school_code", "state"],
        )

    @api.model
    def _gather(self, stage, matched):
        """Make one row per person of the chunk, with the first value that stands in
        the lines about this person, and the list of these lines."""
        self._temporary("alumni_import_matched", matched)

        def first(column):
            column = SQL.identifier("stage", column)
            return SQL(
                "(array_agg(%s ORDER BY stage.line) FILTER (WHERE %s IS NOT NULL))[1]",
                column,
                column,
            )

        address = ("street", "street2", "zip", "city", "country_id")
        columns = {
            name: first(name)
            for name in self._stage_columns
            if name not in address and name not in ("email", "email_normalized")
        }
        for name in ("email", "email_normalized"):
            columns[name] = SQL(
                "(array_agg(stage.%s ORDER BY stage.email_normalized IS NULL, "
                "stage.line) FILTER (WHERE stage.email IS NOT NULL))[1]",
                SQL.identifier(name),
            )
        for name in address:
            columns[name] = SQL(
                "(array_agg(stage.%s ORDER BY stage.line) FILTER (WHERE "
                "stage.street IS NOT NULL OR stage.city IS NOT NULL))[1]",
                SQL.identifier(name),
            )
        columns["deceased"] = SQL("COALESCE(bool_or(stage.deceased), FALSE)")
        self._temporary(
            "alumni_import_person",
            SQL(
                """
                SELECT CASE WHEN person.key > 0 THEN person.key
                            ELSE nextval('res_partner_id_seq')::int END AS id,
                       person.key < 0 AS created, person.*
                FROM (SELECT matched.key, %s
                      FROM alumni_import_matched matched
                      JOIN %s stage ON stage.line = matched.line
                      GROUP BY matched.key) person
                """,
                SQL(", ").join(
                    SQL("%s AS %s", value, SQL.identifier(name))
                    for name, value in columns.items()
                ),
                stage,
            ),
            ["id", "key", "created"],
        )

    @api.model
    def _partner_columns(self, document):
        """Columns of res.partner that the file supplies."""
        return {
            "id": SQL("person.id"),
            "name": SQL("person.name"),
            "complete_name": SQL("person.name"),
            "commercial_partner_id": SQL("person.id"),
            "company_id": SQL("%s", document.company_id.id),
            "email": SQL("person.email"),
            "email_normalized": SQL("person.email_normalized"),
            "phone": SQL("person.phone"),
            "phone_sanitized": SQL("person.phone_sanitized"),
            "street": SQL("person.street"),
            "street2": SQL("person.street2"),
            "zip": SQL("person.zip"),
            "city": SQL("person.city"),
            "country_id": SQL("person.country_id"),
            "alumni_first_name": SQL("person.first_name"),
            "alumni_family_name": SQL("person.family_name"),
            "alumni_birth_name": SQL("person.birth_name"),
            "alumni_birth_date": SQL("person.birth_date"),
            "alumni_match_key": SQL("person.match_key"),
            "alumni_gender": SQL("person.gender"),
            "alumni_deceased": SQL("person.deceased"),
            "alumni_linkedin_url": SQL("person.linkedin"),
            "alumni_source": SQL("'registrar'"),
        }

    @api.model
    def _create_people(self, document, plan):
        self.env.cr.execute(
            self._insert(
                "res.partner",
                self._partner_columns(document),
                SQL("FROM alumni_import_person person WHERE person.created"),
                plan["defaults"]["res.partner"],
            )
        )

    @api.model
    def _touch(self, statement):
        """Run a statement that returns ids of people, and note whom it has changed.

        :return: number of rows that the statement has written
        """
        self.env.cr.execute(
            SQL(
                """
                WITH changed (id) AS (%s)
                INSERT INTO alumni_import_touched SELECT id FROM changed
                """,
                statement,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _complete_people(self):
        """Fill what is empty in the records of known people."""

        def missing(*names):
            return SQL(" AND ").join(
                SQL("COALESCE(partner.%s::varchar, '') = ''", SQL.identifier(name))
                for name in names
            )

        groups = {
            missing("alumni_first_name", "alumni_family_name"): {
                "alumni_first_name": "first_name",
                "alumni_family_name": "family_name",
            },
            missing("alumni_birth_name"): {"alumni_birth_name": "birth_name"},
            missing("alumni_birth_date"): {"alumni_birth_date": "birth_date"},
            missing("alumni_gender"): {"alumni_gender": "gender"},
            missing("alumni_linkedin_url"): {"alumni_linkedin_url": "linkedin"},
            missing("phone"): {"phone": "phone", "phone_sanitized": "phone_sanitized"},
            # An address that no mail can reach gives way to one that it can.
            SQL(
                "(%s OR (partner.email_normalized IS NULL "
                "AND person.email_normalized IS NOT NULL))",
                missing("email"),
            ): {"email": "email", "email_normalized": "email_normalized"},
            missing("street", "street2", "zip", "city", "country_id"): {
                name: name
                for name in ("street", "street2", "zip", "city", "country_id")
            },
            SQL("person.deceased"): {"alumni_deceased": "deceased"},
        }
        columns = {
            name: SQL(
                "CASE WHEN %s THEN COALESCE(person.%s, partner.%s) ELSE partner.%s END",
                condition,
                SQL.identifier(source),
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for condition, names in groups.items()
            for name, source in names.items()
        }
        names = SQL(", ").join(map(SQL.identifier, columns))
        values = SQL(", ").join(columns.values())
        self._touch(
            SQL(
                """
                UPDATE res_partner
                SET (%(names)s, write_uid, write_date) =
                    ROW(%(new)s, %(uid)s, now() AT TIME ZONE 'UTC')
                FROM (SELECT partner.id, %(values)s
                      FROM res_partner partner
                      JOIN alumni_import_person person
                          ON person.id = partner.id AND NOT person.created
                      ) change (id, %(names)s)
                WHERE change.id = res_partner.id
                AND (%(old)s) IS DISTINCT FROM (%(new)s)
                RETURNING res_partner.id
                """,
                names=names,
                values=values,
                new=SQL(", ").join(SQL.identifier("change", name) for name in columns),
                old=SQL(", ").join(
                    SQL.identifier("res_partner", name) for name in columns
                ),
                uid=self.env.uid,
            )
        )

    @api.model
    def _add_numbers(self, lines, plan):
        self._touch(
            SQL(
                "%s ON CONFLICT DO NOTHING RETURNING partner_id",
                self._insert(
                    "alumni.student.number",
                    {
                        "name": SQL("number"),
                        "partner_id": SQL("partner_id"),
                        "company_id": SQL("%s", plan["company"]),
                    },
                    SQL(
                        """
                        FROM (SELECT number, min(line.partner_id) AS partner_id,
                                     min(line.line) AS line
                              FROM %s line
                              WHERE number IS NOT NULL GROUP BY number) chosen
                        WHERE NOT EXISTS (
                            SELECT 1 FROM alumni_student_number known
                            WHERE known.name = number AND known.company_id = %s)
                        ORDER BY line
                        """,
                        lines,
                        plan["company"],
                    ),
                    plan["defaults"]["alumni.student.number"],
                ),
            )
        )

    @api.model
    def _add_educations(self, lines, plan):
        """One education per person and degree.

        :return: number of educations created
        """
        company = plan["company"]
        chosen = self._temporary(
            "alumni_import_education",
            SQL(
                """
                SELECT DISTINCT ON (stage.partner_id, degree.id)
                       stage.partner_id, degree.id AS degree_id,
                       degree.level AS degree_level, school.id AS school_id,
                       stage.line, stage.number, stage.start_year, stage.award_date,
                       stage.state
                FROM %(lines)s stage
                JOIN alumni_degree degree ON degree.code = stage.degree_code
                    AND degree.company_id = %(company)s
                JOIN alumni_school school ON school.code = stage.school_code
                    AND school.company_id = %(company)s
                ORDER BY stage.partner_id, degree.id,
                         array_position('{awarded,left,returning,entering}',
                                        stage.state::text),
                         stage.award_date, stage.line
                """,
                lines=lines,
                company=company,
            ),
        )
        changed = self._temporary("alumni_import_moved", SQL("SELECT 0 AS id LIMIT 0"))
        self.env.cr.execute(
            SQL(
                """
                WITH changed AS (
                    UPDATE alumni_education education
                    SET state = chosen.state, award_date = chosen.award_date,
                        award_year = date_part('year', chosen.award_date),
                        school_id = chosen.school_id,
                        start_year = COALESCE(chosen.start_year, education.start_year),
                        student_number = COALESCE(
                            NULLIF(education.student_number, ''), chosen.number),
                        write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                    FROM %(chosen)s chosen
                    WHERE education.partner_id = chosen.partner_id
                    AND education.degree_id = chosen.degree_id
                    AND (education.state != 'awarded' OR chosen.state = 'awarded')
                    AND (education.state, education.award_date, education.school_id,
                         COALESCE(education.start_year, 0),
                         COALESCE(NULLIF(education.student_number, ''), chosen.number))
                        IS DISTINCT FROM
                        (chosen.state, chosen.award_date, chosen.school_id,
                         COALESCE(chosen.start_year, education.start_year, 0),
                         COALESCE(NULLIF(education.student_number, ''), chosen.number))
                    RETURNING education.partner_id
                )
                INSERT INTO %(changed)s SELECT partner_id FROM changed
                """,
                chosen=chosen,
                changed=changed,
                uid=self.env.uid,
            )
        )
        self._touch(SQL("SELECT id FROM %s", changed))
        return self._touch(
            SQL(
                "%s ON CONFLICT DO NOTHING RETURNING partner_id",
                self._insert(
                    "alumni.education",
                    {
                        "partner_id": SQL("chosen.partner_id"),
                        "degree_id": SQL("chosen.degree_id"),
                        "degree_level": SQL("chosen.degree_level"),
                        "school_id": SQL("chosen.school_id"),
                        "student_number": SQL("chosen.number"),
                        "start_year": SQL("chosen.start_year"),
                        "award_date": SQL("chosen.award_date"),
                        "award_year": SQL("date_part('year', chosen.award_date)"),
                        "state": SQL("chosen.state"),
                        "company_id": SQL("%s", company),
                    },
                    SQL(
                        """
                        FROM %s chosen
                        WHERE NOT EXISTS (
                            SELECT 1 FROM alumni_education known
                            WHERE known.partner_id = chosen.partner_id
                            AND known.degree_id = chosen.degree_id)
                        ORDER BY chosen.line
                        """,
                        chosen,
                    ),
                    plan["defaults"]["alumni.education"],
                ),
            )
        )

    @api.model
    def _add_consents(self, lines, plan):
        """Record what people have decided about e-mail.

        A decision with a date is recorded once. One without a date is only news when
        the registrar said otherwise before, or when nothing at all is known: it must
        not outrank what the person has decided elsewhere.
        """
        decision = SQL(
            """
            SELECT 1 FROM alumni_consent known
            WHERE known.partner_id = chosen.partner_id AND known.purpose_id IS NULL
            """
        )
        registrar = SQL(
            """
            known.source = 'registrar' AND known.channel = 'email'
            AND known.company_id = %s
            """,
            plan["company"],
        )
        self._touch(
            SQL(
                "%s RETURNING partner_id",
                self._insert(
                    "alumni.consent",
                    {
                        "partner_id": SQL("chosen.partner_id"),
                        "channel": SQL("'email'"),
                        "state": SQL("chosen.consent"),
                        "date": SQL("COALESCE(chosen.consent_date, %s)", plan["today"]),
                        "source": SQL("'registrar'"),
                        "company_id": SQL("%s", plan["company"]),
                    },
                    SQL(
                        """
                        FROM (
                            SELECT DISTINCT ON (partner_id)
                                   partner_id, line, consent, consent_date
                            FROM %(lines)s
                            WHERE consent IS NOT NULL
                            ORDER BY partner_id, consent_date DESC NULLS LAST,
                                     consent = 'refused' DESC, line
                        ) chosen
                        WHERE CASE
                        WHEN chosen.consent_date IS NOT NULL THEN NOT EXISTS (
                            %(decision)s AND %(registrar)s
                            AND known.date = chosen.consent_date
                            AND known.state = chosen.consent)
                        WHEN EXISTS (%(decision)s AND %(registrar)s) THEN
                            chosen.consent != (
                                SELECT known.state FROM alumni_consent known
                                WHERE known.partner_id = chosen.partner_id
                                AND known.purpose_id IS NULL AND %(registrar)s
                                ORDER BY known.date DESC, known.id DESC LIMIT 1)
                        ELSE NOT EXISTS (
                            %(decision)s
                            AND COALESCE(known.channel, 'email') = 'email')
                        END
                        ORDER BY chosen.line
                        """,
                        lines=lines,
                        decision=decision,
                        registrar=registrar,
                    ),
                    plan["defaults"]["alumni.consent"],
                ),
            )
        )

    @api.model
    def _add_audiences(self, lines, plan):
        """Put people into the audience that their status says; whoever has finished
        studying is a student no more."""
        relation = self.env["res.partner"]._fields["alumni_audience_ids"]
        names = {
            "relation": SQL.identifier(relation.relation),
            "partner": SQL.identifier(relation.column1),
            "audience": SQL.identifier(relation.column2),
        }
        for state, code in AUDIENCES.items():
            if code not in plan["audiences"]:
                continue
            if state != "awarded":
                self._touch(
                    SQL(
                        """
                        DELETE FROM %(relation)s link
                        WHERE link.%(audience)s = %(id)s
                        AND link.%(partner)s IN (SELECT id FROM alumni_import_moved)
                        AND NOT EXISTS (
                            SELECT 1 FROM alumni_education education
                            WHERE education.partner_id = link.%(partner)s
                            AND education.state = %(state)s)
                        RETURNING link.%(partner)s
                        """,
                        **names,
                        id=plan["audiences"][code],
                        state=state,
                    )
                )
            self._touch(
                SQL(
                    """
                    INSERT INTO %(relation)s (%(partner)s, %(audience)s)
                    SELECT DISTINCT line.partner_id, %(id)s::int
                    FROM %(lines)s line
                    WHERE line.state = %(state)s AND EXISTS (
                        SELECT 1 FROM alumni_education education
                        WHERE education.partner_id = line.partner_id
                        AND education.state = %(state)s)
                    ON CONFLICT DO NOTHING
                    RETURNING %(partner)s
                    """,
                    **names,
                    id=plan["audiences"][code],
                    state=state,
                    lines=lines,
                )
            )
