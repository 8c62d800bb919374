from odoo import api, fields, models
from odoo.tools import SQL

OLDEST = 200
"""Half-lives after which an act fades no further: it is worth 2^-200 then, which no
sum notices, and numbers smaller than the database can hold are never met."""
YEAR = 366
"""Days that twelve months can have."""
MEMORY = SQL("SET LOCAL work_mem = '256MB'")
"""Rows of everybody are compared in memory."""
IN_ORDER = SQL("SET LOCAL enable_hashagg = off")
"""Acts of everybody are added up in the order of the index that is made for it, by
several processes and with little memory. PostgreSQL does not know how many people have
how many kinds of act, and would keep all sums until they no longer fit."""

FRESH = SQL("alumni_score_fresh")
"""The table in which rows stand until they are compared with those there are."""

COLUMNS = (
    "scheme_id",
    "contactable",
    "generation_id",
    "school_id",
    "country_id",
    "last_date",
    "last_before",
    "held",
    "fading",
    "held_before",
    "fading_before",
    "cap_until",
)


def _columns(names, alias=None):
    """SQL list of columns."""
    if alias is None:
        return SQL(", ").join(map(SQL.identifier, names))
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


class AlumniScoreTotal(models.Model):
    """What the acts of a living alumnus add up to, kept so that time alone changes
    nothing in it. Nobody writes here.

    An act of age ``t`` days is worth ``weight x 0.5 ^ (t / half-life)`` points. From
    one day to the next all acts fade by the same factor, so instead of the points of
    a day a row holds what they were worth on a fixed day, the epoch of the
    distribution (``fading``); the points of any later day are that times one factor
    for everybody. A kind of act whose sum is above its cap does not fade, it stays at
    the cap (``held``); ``cap_until`` is the first day on which a sum has faded to its
    cap, and the row is computed anew from the acts. So, until then and as long as no
    act comes or goes:

        points = held + fading x 0.5 ^ ((day - epoch) / half-life)

    Every night only those rows are written of whom something changed: acts, the
    person, a cap, or an act whose date has come. The same pair of sums is kept for the
    day twelve months before, for the momentum (FOL-03)."""

    _name = "alumni.score.total"
    _description = "Points of a person"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        index=True,
        ondelete="cascade",
    )
    scheme_id = fields.Many2one(
        comodel_name="alumni.score.scheme",
        string="Version",
        required=True,
        ondelete="restrict",
    )
    contactable = fields.Boolean()
    generation_id = fields.Many2one(
        comodel_name="alumni.generation", ondelete="set null"
    )
    school_id = fields.Many2one(comodel_name="alumni.school", ondelete="set null")
    country_id = fields.Many2one(comodel_name="res.country", ondelete="set null")
    last_date = fields.Date(string="Last act")
    last_before = fields.Date(string="Last act of twelve months ago")
    held = fields.Float(help="Points of the kinds of act that are at their cap.")
    fading = fields.Float(help="What all others were worth on the epoch.")
    held_before = fields.Float()
    fading_before = fields.Float()
    cap_until = fields.Date(
        index="btree_not_null",
        help="The day on which some kind of act is no longer at its cap.",
    )

    @api.model
    def _select_people(self, scheme, date, epoch=None, people=None):
        """What the acts of people add up to on a day and twelve months before: an SQL
        SELECT of ``partner_id, last_date, last_before, held, fading, held_before,
        fading_before, cap_until``, a row for each person with an act of weight. One
        pass over the acts of the institution, by kind and then by person.

        :param scheme: an ``alumni.score.scheme``; its institution is meant
        :param date: the day; later acts are not looked at
        :param epoch: the day on which ``fading`` is worth; the day itself by default
        :param people: the ids of the only people that are asked for; PostgreSQL
            looks them up in the index of the sums alone
        """
        # A power of two is an exponential without the checks of a power.
        rate = SQL("(ln(2::float8) / %s)", scheme.half_life)
        epoch = epoch or date
        return SQL(
            """
            SELECT partner_id,
                   max(last_date) AS last_date, max(last_before) AS last_before,
                   COALESCE(sum(cap) FILTER (WHERE total * fade > cap), 0) AS held,
                   COALESCE(sum(total) FILTER (WHERE total * fade <= cap), 0)
                       AS fading,
                   COALESCE(sum(cap) FILTER (WHERE before * fade_before > cap), 0)
                       AS held_before,
                   COALESCE(sum(before) FILTER (WHERE before * fade_before <= cap), 0)
                       AS fading_before,
                   LEAST(
                       min(%(epoch)s::date + ceil(ln(total / cap) / %(rate)s)::int)
                           FILTER (WHERE total * fade > cap),
                       min(%(epoch)s::date + ceil(ln(before / cap) / %(rate)s)::int
                           + INTERVAL '12 months')
                           FILTER (WHERE before * fade_before > cap)
                   )::date AS cap_until
            FROM (
                SELECT act.partner_id, act.last_date, act.last_before,
                       %(cap)s AS cap, %(weight)s * act.total AS total,
                       %(weight)s * act.before AS before,
                       exp((%(epoch)s::date - %(date)s::date) * %(rate)s) AS fade,
                       exp((%(epoch)s::date - %(before)s) * %(rate)s) AS fade_before
                FROM (
                    SELECT partner_id, mode, kind, max(date) AS last_date,
                           max(date) FILTER (WHERE date <= %(before)s) AS last_before,
                           sum(%(worth)s) AS total,
                           sum(%(worth)s) FILTER (WHERE date <= %(before)s) AS before
                    FROM alumni_engagement
                    WHERE company_id = %(company)s AND date <= %(date)s AND %(people)s
                    GROUP BY partner_id, mode, kind
                ) AS act
            ) AS act
            WHERE total > 0
            GROUP BY partner_id
            """,
            rate=rate,
            epoch=epoch,
            date=date,
            before=SQL("(%s::date - INTERVAL '12 months')::date", date),
            worth=SQL(
                "exp(GREATEST(date - %s::date, %s) * %s)",
                epoch,
                -OLDEST * scheme.half_life - YEAR,
                rate,
            ),
            weight=scheme._of_act("weight", "act"),
            cap=scheme._of_act("cap", "act"),
            company=scheme.company_id.id,
            people=self._asked(people),
        )

    @api.model
    def _asked(self, people):
        """SQL condition on ``partner_id``: one of some ids; ``None`` is anybody."""
        return SQL("TRUE") if people is None else SQL("partner_id = ANY(%s)", people)

    @api.model
    def _refresh(self, distribution, people=None):
        """Bring the rows of an institution up to date with acts and people, as of the
        day of a distribution. Only rows that differ are written.

        :param people: ids; without them, everybody
        """
        self.env.flush_all()
        scheme, period = distribution.scheme_id, distribution.period_id
        asked = self._asked(people)
        everybody = people is None
        points = self._select_people(
            scheme, distribution.date, distribution.epoch, people
        )
        if everybody:
            self.env.cr.execute(MEMORY)
            self.env.cr.execute(IN_ORDER)
        # A table of its own, because PostgreSQL takes sums by person for a few rows,
        # and would look each of a million people up by an index.
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", FRESH, points)
        )
        if everybody:
            self.env.cr.execute(SQL("SET LOCAL enable_hashagg TO DEFAULT"))
        [(people_now,)] = self.env.execute_query(
            SQL(
                """
                WITH fresh AS MATERIALIZED (
                    SELECT person.partner_id, person.company_id,
                           %(scheme)s AS scheme_id,
                           person.contactable = 1 AS contactable,
                           person.generation_id, person.school_id, person.country_id,
                           points.last_date, points.last_before, points.held,
                           points.fading, points.held_before, points.fading_before,
                           points.cap_until
                    FROM %(points)s AS points
                    JOIN alumni_person_year person USING (partner_id)
                    WHERE person.period_id = %(period)s AND person.living = 1
                ), old AS (
                    SELECT * FROM alumni_score_total
                    WHERE company_id = %(company)s AND %(asked)s
                ), differing AS MATERIALIZED (
                    SELECT old.id, fresh.*
                    FROM old FULL JOIN fresh USING (partner_id)
                    WHERE (%(old)s) IS DISTINCT FROM (%(fresh)s)
                ), gone AS (
                    DELETE FROM alumni_score_total total USING differing
                    WHERE total.id = differing.id AND differing.company_id IS NULL
                ), changed AS (
                    UPDATE alumni_score_total total SET (%(columns)s) = ROW(%(new)s)
                    FROM differing
                    WHERE total.id = differing.id AND differing.company_id IS NOT NULL
                ), added AS (
                    INSERT INTO alumni_score_total (partner_id, company_id, %(columns)s)
                    SELECT partner_id, company_id, %(columns)s
                    FROM differing WHERE id IS NULL
                )
                SELECT count(*) FROM fresh
                """,
                scheme=scheme.id,
                points=FRESH,
                period=period.id,
                company=distribution.company_id.id,
                asked=asked,
                columns=_columns(COLUMNS),
                old=_columns(COLUMNS, "old"),
                fresh=_columns(COLUMNS, "fresh"),
                new=_columns(COLUMNS, "differing"),
            )
        )
        [(rows,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM alumni_score_total WHERE company_id = %s AND %s",
                distribution.company_id.id,
                asked,
            )
        )
        if rows > people_now:
            self._keep_one(SQL("partner_id IN (SELECT partner_id FROM %s)", FRESH))
        self.env.cr.execute(SQL("DROP TABLE %s", FRESH))
        if everybody:
            self.env.cr.execute(SQL("SET LOCAL work_mem TO DEFAULT"))
        self.invalidate_model()

    @api.model
    def _keep_one(self, condition):
        """Leave people of whom one was made, or who stand here twice, one row in each
        institution.

        :param condition: an SQL condition on ``partner_id``
        """
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM alumni_score_total WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                            PARTITION BY partner_id, company_id ORDER BY id
                        ) AS place
                        FROM alumni_score_total WHERE %s
                    ) AS ranked
                    WHERE place > 1
                )
                """,
                condition,
            )
        )
        self.invalidate_model()

    @api.model
    def _select_due(self, distribution, date):
        """The people of an institution whose row changes between the day of a
        distribution and a later one although nobody has recorded anything: an act
        whose date has come, today or twelve months ago, or a sum that has faded to
        its cap. An SQL SELECT of ids."""
        return SQL(
            """
            SELECT partner_id FROM alumni_engagement
            WHERE company_id = %(company)s AND (
                date > %(old)s AND date <= %(new)s
                OR date > (%(old)s::date - INTERVAL '12 months')::date
                AND date <= (%(new)s::date - INTERVAL '12 months')::date)
            UNION
            SELECT partner_id FROM alumni_score_total
            WHERE company_id = %(company)s AND cap_until <= %(new)s
            """,
            company=distribution.company_id.id,
            old=distribution.date,
            new=date,
        )
