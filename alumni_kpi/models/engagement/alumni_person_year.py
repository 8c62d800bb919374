from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .alumni_person_year_mixin import DIMENSIONS, MEASURES

CELL = ("period_id", "company_id", *DIMENSIONS)
VALUES = (*DIMENSIONS, "award_year", *MEASURES)
PERSON_COLUMNS = (
    "alumni_match_key",
    "create_date",
    "country_id",
    "email_normalized",
    "alumni_gender",
    "alumni_audience_id",
    "alumni_deceased",
    "alumni_deceased_date",
    "alumni_verified_date",
    "alumni_employer",
    "alumni_employer_date",
    "alumni_email_reason",
    "alumni_phone_reason",
    "alumni_post_reason",
    "alumni_contactable",
    "alumni_lost",
)
"""What a person-year says of the person as the contact does today."""
MANY = 2000
"""From how many touched person-years on they are joined as sets."""
OPEN_PERIODS = 10
"""How many open periods a person is thought to have."""


def _columns(names, alias=None):
    """SQL list of columns."""
    if alias is None:
        return SQL(", ").join(map(SQL.identifier, names))
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def _old(names):
    """SQL list of columns of ``old``, each under its name with ``old_`` before it."""
    return SQL(", ").join(
        SQL("%s AS %s", SQL.identifier("old", name), SQL.identifier(f"old_{name}"))
        for name in names
    )


def _within(bounds, alias, name):
    """SQL condition: a column lies between two bounds, if there are any."""
    if bounds is None:
        return SQL("TRUE")
    return SQL("%s BETWEEN %s AND %s", SQL.identifier(alias, name), *bounds)


class AlumniPersonYear(models.Model):
    """One alumnus of record in one period, as of its last day: a 0/1 flag per mode
    of engagement, counts, hours, amounts, and the person's generation, school and
    country as they were. Summing a flag over any grouping of one period counts everyone
    once; over several periods it has no value."""

    _name = "alumni.person.year"
    _description = "Person-year"
    _inherit = ["alumni.cubed.mixin", "alumni.person.year.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _log_access = False
    _cube = "alumni.person.year.cube"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        readonly=True,
        ondelete="set null",
        help="Empty in a closed period when the person has been erased since.",
    )
    # No dimension of the cube, which would grow tenfold: see ``alumni.cohort``.
    award_year = fields.Integer(
        string="Year of first degree",
        readonly=True,
        aggregator=None,
        help="Calendar year of the first award by the end of the period.",
    )

    _person_idx = models.Index("(partner_id, period_id)")
    _period_idx = models.Index("(period_id)")

    # opening

    @api.readonly
    def action_open_people(self):
        """The people of these person-years, as contacts."""
        return self._action_people(self.partner_id)

    @api.model
    def _action_people(self, people):
        """Some people as contacts."""
        self.env["res.partner"].check_access("read")
        if not self.env.user.has_group("alumni_relations.group_officer"):
            raise AccessError(self.env._("Only alumni officers may open the contacts."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("People"),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", people.ids)],
            # Whoever has died or been archived since is still one of them.
            "context": {"active_test": False, "create": False},
        }

    @api.readonly
    def action_open_person(self):
        """The contact, or for who may not see contacts the acts of the period."""
        self.ensure_one()
        if self.env.user.has_group("alumni_relations.group_officer"):
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "This person has been erased since the period was closed."
                    )
                )
            return {
                "type": "ir.actions.act_window",
                "res_model": "res.partner",
                "res_id": self.partner_id.id,
                "views": [(False, "form")],
            }
        return self.action_open_acts()

    @api.readonly
    def action_open_acts(self):
        """The acts of these people in these periods."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_engagement_action"
        )
        return action | {
            "domain": [
                ("partner_id", "in", self.partner_id.ids),
                ("period_id", "in", self.period_id.ids),
            ],
            "context": {},
        }

    # reading

    @api.model
    def _cube_groups(self):
        return super()._cube_groups() | {"currency_id"}

    @api.model
    def _cube_aggregates(self):
        return super()._cube_aggregates() | {
            "amount:sum_currency",
            "currency_id:array_agg_distinct",
        }

    # refreshing

    @api.model
    def _touch(self, partners, past=False):
        """Have the person-years of these people in the open periods refreshed
        before the transaction ends.

        :param past: whether what has changed may have been so in closed periods
            already; then it is listed as a change since they were closed
        """
        if partners.ids:
            pending = self.env["alumni.engagement"]._pending()
            pending["people"].update(partners.ids)
            if past:
                pending["past"].update(partners.ids)

    @api.model
    def _forget(self, partners):
        """Take people who are about to be deleted out of the open periods. Closed
        ones keep their figures without the name."""
        if not partners.ids:
            return
        self.env["alumni.closing.change"]._log_erased(partners)
        cube = self.env[self._cube]
        self.env.cr.execute(
            SQL(
                """
                WITH period AS MATERIALIZED (
                    SELECT id FROM alumni_period WHERE state <> 'closed'
                    FOR KEY SHARE
                ), removed AS (
                    DELETE FROM alumni_person_year person_year USING period
                    WHERE period.id = person_year.period_id
                        AND person_year.partner_id = ANY(%s)
                    RETURNING person_year.*
                )
                %s
                """,
                partners.ids,
                cube._cube_append(
                    SQL(
                        "SELECT %s FROM removed",
                        cube._cube_columns("removed", minus=True),
                    )
                ),
            )
        )
        self.invalidate_model()
        cube.invalidate_model()

    @api.model
    def _refresh_touched(self, pairs, people=()):
        """Refresh the person-years of ``(partner id, period id)`` pairs, and those
        of people, and of who has the same names and birth date, in every open
        period."""
        touched = []
        if pairs:
            partner_ids, period_ids = zip(*sorted(pairs), strict=True)
            touched.append(
                SQL(
                    "SELECT * FROM unnest(%s::int[], %s::int[])",
                    list(partner_ids),
                    list(period_ids),
                )
            )
        if people:
            touched.append(
                self._select_people(SQL("SELECT unnest(%s::int[])", sorted(people)))
            )
        if not touched:
            return
        touched = SQL(" UNION ").join(touched)
        many, bounds = len(pairs) + len(people) * OPEN_PERIODS > MANY, None
        if many:
            # People who were loaded together have ids close to each other.
            [bounds] = self.env.execute_query(
                SQL(
                    "SELECT min(partner_id), max(partner_id)"
                    " FROM (%s) AS asked (partner_id, period_id)",
                    touched,
                )
            )
        self._refresh(touched, many, bounds)

    @api.model
    def _select_people(self, partner_ids):
        return SQL(
            """
            SELECT person.id, period.id
            FROM (
                WITH chosen AS MATERIALIZED (%s)
                SELECT id FROM chosen AS chosen (id)
                UNION
                SELECT other.id FROM chosen AS chosen (id)
                JOIN res_partner one ON one.id = chosen.id
                JOIN res_partner other USING (alumni_match_key)
            ) AS person
            CROSS JOIN alumni_period period
            WHERE period.state <> 'closed'
            """,
            partner_ids,
        )

    @api.model
    def _refresh_period(self, period, frozen=False):
        """Refresh all person-years of a period.

        :param frozen: even if it is closed; who asks for that takes it back
        """
        self._refresh(
            SQL(
                """
                SELECT partner_id, %(period)s FROM alumni_education
                WHERE company_id = %(company)s
                UNION SELECT partner_id, period_id FROM alumni_person_year
                WHERE period_id = %(period)s
                """,
                period=period.id,
                company=period.company_id.id,
            ),
            True,
            frozen=frozen,
        )

    @api.model
    def _refresh_between(self, first, last, companies):
        """Refresh the person-years of all people with an id from ``first`` to
        ``last`` in the open periods of some institutions."""
        self._refresh(
            SQL(
                """
                SELECT education.partner_id, period.id
                FROM (
                    SELECT DISTINCT partner_id, company_id FROM alumni_education
                    WHERE partner_id BETWEEN %(first)s AND %(last)s
                ) AS education
                JOIN alumni_period period USING (company_id)
                WHERE period.state <> 'closed' AND company_id = ANY(%(companies)s)
                UNION ALL
                -- of who has lost the last degree
                SELECT DISTINCT partner_id, period_id
                FROM alumni_person_year old
                WHERE partner_id BETWEEN %(first)s AND %(last)s
                    AND company_id = ANY(%(companies)s)
                    AND NOT EXISTS (
                        SELECT FROM alumni_education education
                        WHERE education.partner_id = old.partner_id
                            AND education.company_id = old.company_id
                            AND education.partner_id BETWEEN %(first)s AND %(last)s
                    )
                """,
                first=first,
                last=last,
                companies=companies.ids,
            ),
            True,
            (first, last),
        )

    @api.model
    def _refresh(self, touched, many=False, bounds=None, frozen=False):
        """Bring person-years of periods that are not closed up to date with people
        and acts, and the cube with them, in one statement. Only rows that differ are
        written. Nobody closes the periods before the transaction ends.

        :param touched: an SQL SELECT of partner ids and period ids, each pair once
        :param many: whether they are too many to be looked up one by one
        :param bounds: the lowest and the highest id of the people; what is known of
            others is then not read
        :param frozen: those of closed periods as well; who asks for that takes it
            back afterwards
        """
        cube = self.env[self._cube]
        self._execute(
            SQL(
                """
                WITH asked (partner_id, period_id) AS MATERIALIZED (
                    %(touched)s
                ), period AS MATERIALIZED (
                    SELECT id, company_id, date_start, date_end FROM alumni_period
                    WHERE %(followed)s AND id IN (SELECT period_id FROM asked)
                    FOR KEY SHARE
                ), touched AS MATERIALIZED (
                    SELECT asked.partner_id, period.id AS period_id,
                           period.company_id, period.date_start, period.date_end,
                           LEAST(period.date_end, CURRENT_DATE) AS today
                    FROM asked JOIN period ON period.id = asked.period_id
                ), fresh (partner_id, period_id, company_id, %(values)s) AS (
                    %(fresh)s
                ), old AS (
                    SELECT person_year.*, row_number() OVER (
                        PARTITION BY partner_id, period_id ORDER BY id
                    ) AS rank
                    FROM alumni_person_year person_year
                    JOIN touched USING (partner_id, period_id)
                    WHERE %(bounds)s
                ), differing AS MATERIALIZED (
                    SELECT old.id, %(old_cell)s, %(old_measures)s,
                           fresh.partner_id, fresh.period_id, fresh.company_id,
                           %(fresh_values)s
                    FROM old
                    FULL JOIN fresh ON fresh.partner_id = old.partner_id
                        AND fresh.period_id = old.period_id AND old.rank = 1
                    WHERE (%(old_values)s) IS DISTINCT FROM (%(fresh_values)s)
                ), removed AS (
                    DELETE FROM alumni_person_year person_year USING differing
                    WHERE differing.id = person_year.id
                        AND differing.period_id IS NULL
                ), updated AS (
                    UPDATE alumni_person_year person_year
                    SET (%(values)s) = ROW(%(differing_values)s)
                    FROM differing
                    WHERE differing.id = person_year.id
                        AND differing.period_id IS NOT NULL
                ), added AS (
                    INSERT INTO alumni_person_year (
                        partner_id, period_id, company_id, %(values)s
                    )
                    SELECT partner_id, period_id, company_id, %(values)s
                    FROM differing WHERE id IS NULL
                )
                %(append)s
                """,
                touched=touched,
                followed=SQL("TRUE") if frozen else SQL("state <> 'closed'"),
                fresh=self._select_fresh(bounds),
                bounds=_within(bounds, "person_year", "partner_id"),
                old_cell=_old(CELL),
                old_measures=_old(MEASURES),
                old_values=_columns(VALUES, "old"),
                fresh_values=_columns(VALUES, "fresh"),
                differing_values=_columns(VALUES, "differing"),
                values=_columns(VALUES),
                append=cube._cube_append(
                    SQL(
                        "SELECT %s FROM differing WHERE period_id IS NOT NULL"
                        " UNION ALL SELECT %s FROM differing WHERE id IS NOT NULL",
                        cube._cube_columns("differing"),
                        cube._cube_columns("differing", prefix="old_", minus=True),
                    )
                ),
            ),
            many,
        )
        self.invalidate_model()
        cube.invalidate_model()

    @api.model
    def _execute(self, query, many):
        """Execute a statement on a few or on many person-years; return its rows."""
        # The planner knows nothing of the size of what a statement works out by
        # itself, and after a load not even that of tables: it would compare each
        # person with each, or each period of a person with each.
        joins = ("enable_nestloop", "enable_mergejoin") if many else ()
        for join in joins:
            self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(join)))
        self.env.cr.execute(query)
        rows = self.env.cr.fetchall() if self.env.cr.description else []
        for join in joins:
            self.env.cr.execute(SQL("SET LOCAL %s TO DEFAULT", SQL.identifier(join)))
        return rows

    @api.model
    def _select_fresh(self, bounds):
        """The person-years that the rows of ``touched`` ought to have: an SQL
        SELECT of partner, period and company, then ``VALUES``."""
        return SQL(
            """
            SELECT partner_id, period_id, company_id,
                   generation_id, school_id, degree_level, award_decade, country_id,
                   gender, audience_id, award_year,
                   1, living::int, con::int,
                   (living AND email_ok)::int,
                   (living AND phone_ok)::int,
                   (living AND post_ok)::int,
                   (living AND lost)::int,
                   (living AND opted_out)::int,
                   (living AND new_opt_out)::int,
                   (living AND email_valid)::int,
                   (living AND email_valid AND email_consented)::int,
                   (living AND fresh)::int,
                   (living AND employment_known)::int,
                   duplicate::int,
                   (acts > 0)::int,
                   (con AND acts > 0)::int,
                   ph, vo, ex, co, ph + vo + ex + co,
                   (ph + vo + ex + co = 1)::int,
                   (ph + vo + ex + co = 2)::int,
                   (ph + vo + ex + co = 3)::int,
                   (ph + vo + ex + co = 4)::int,
                   (con AND acts > 0 AND ph = 0)::int,
                   acts, hours, amount
            FROM (
                SELECT *,
                       living AND contactable AS con,
                       (living AND contactable AND acts_ph)::int AS ph,
                       (living AND contactable AND acts_vo)::int AS vo,
                       (living AND contactable AND acts_ex)::int AS ex,
                       (living AND contactable AND acts_co)::int AS co
                FROM (%s) AS person
            ) AS person
            """,
            self._select_person(bounds),
        )

    @api.model
    def _select_person(self, bounds):
        """What is known of the person of each row of ``touched``. Degrees count
        from their award; who left without one counts, where the institution says
        so, from the end of the year of entering."""
        return SQL(
            """
            WITH chosen AS MATERIALIZED (
                SELECT DISTINCT partner_id FROM touched
            ), education AS MATERIALIZED (
                SELECT partner_id, company_id,
                       min(since) AS since,
                       min(since) FILTER (WHERE awarded) AS awarded_since,
                       (array_agg(school_id ORDER BY since, start_year, id)
                           FILTER (WHERE awarded))[1] AS awarded_school_id,
                       (array_agg(school_id ORDER BY start_year, id)
                           FILTER (WHERE NOT awarded))[1] AS left_school_id,
                       min(since) FILTER (WHERE awarded AND level = 'doctorate')
                           AS doctorate_since,
                       min(since) FILTER (WHERE awarded AND level = 'master')
                           AS master_since,
                       min(since) FILTER (WHERE awarded AND level = 'bachelor')
                           AS bachelor_since,
                       min(since) FILTER (WHERE awarded AND level = 'certificate')
                           AS certificate_since
                FROM (
                    SELECT education.id, education.partner_id,
                           education.company_id, education.school_id, degree.level,
                           NULLIF(education.start_year, 0) AS start_year,
                           education.state = 'awarded' AS awarded,
                           CASE WHEN education.state = 'awarded'
                                   THEN education.award_date
                                WHEN education.start_year BETWEEN 1 AND 9999
                                   THEN make_date(education.start_year, 12, 31)
                                ELSE DATE '0001-01-01' END AS since
                    FROM alumni_education education
                    JOIN alumni_degree degree ON degree.id = education.degree_id
                    JOIN res_company company ON company.id = education.company_id
                    WHERE CASE company.alumni_rule
                            WHEN 'attended'
                                THEN education.state IN ('awarded', 'left')
                            WHEN 'awarded_no_certificate'
                                THEN education.state = 'awarded'
                                AND degree.level IS DISTINCT FROM 'certificate'
                            ELSE education.state = 'awarded' END
                        AND education.partner_id IN (SELECT partner_id FROM chosen)
                        AND %(education_bounds)s
                ) AS education
                GROUP BY partner_id, company_id
            ), partner AS MATERIALIZED (
                SELECT %(partner)s
                FROM res_partner partner
                WHERE partner.active AND partner.is_company IS NOT TRUE
                    AND partner.id IN (SELECT partner_id FROM chosen)
                    AND %(partner_bounds)s
            ), earliest AS MATERIALIZED (
                -- As a set, not person by person: with statistics from before a load
                -- the planner would read everybody for each of them.
                SELECT alumni_match_key, min(id) AS id FROM res_partner
                WHERE active AND is_alumnus
                    AND alumni_match_key IN (SELECT alumni_match_key FROM partner)
                GROUP BY alumni_match_key
            ), person AS MATERIALIZED (
                -- What is the same in all periods is found once for each person.
                SELECT education.*, generation.id AS generation_id,
                       date_part('year', education.awarded_since)::int AS award_year,
                       (date_part('year', education.awarded_since)::int / 10 * 10
                           )::varchar AS award_decade,
                       partner.country_id, partner.alumni_gender AS gender,
                       partner.alumni_audience_id AS audience_id,
                       partner.alumni_deceased IS TRUE AS deceased,
                       partner.alumni_deceased_date AS deceased_date,
                       partner.alumni_contactable IS TRUE AS contactable,
                       partner.alumni_lost IS TRUE AS lost,
                       COALESCE(partner.alumni_email_reason = 'ok', FALSE) AS email_ok,
                       COALESCE(partner.alumni_phone_reason = 'ok', FALSE) AS phone_ok,
                       COALESCE(partner.alumni_post_reason = 'ok', FALSE) AS post_ok,
                       partner.email_normalized IS NOT NULL
                           AND COALESCE(partner.alumni_email_reason IN (
                               'ok', 'blacklisted', 'refused', 'no_consent'
                           ), FALSE) AS email_valid,
                       GREATEST(
                           partner.alumni_verified_date, partner.alumni_employer_date
                       ) AS fresh_date,
                       CASE WHEN partner.alumni_employer <> ''
                           THEN partner.alumni_employer_date END AS employed_date,
                       COALESCE(earliest.id < partner.id, FALSE) AS duplicate
                FROM education
                JOIN partner ON partner.id = education.partner_id
                LEFT JOIN alumni_generation generation
                    ON generation.company_id = education.company_id
                    AND generation.active
                    AND date_part('year', education.awarded_since)
                        BETWEEN generation.year_from AND generation.year_to
                LEFT JOIN earliest USING (alumni_match_key)
            ), act AS MATERIALIZED (
                SELECT act.partner_id, act.period_id, count(*) AS acts,
                       sum(act.hours) AS hours, sum(act.amount) AS amount,
                       bool_or(act.mode = 'philanthropic') AS acts_ph,
                       bool_or(act.mode = 'volunteer') AS acts_vo,
                       bool_or(act.mode = 'experiential') AS acts_ex,
                       bool_or(act.mode = 'communication') AS acts_co
                FROM alumni_engagement act
                JOIN touched USING (partner_id, period_id)
                WHERE %(act_bounds)s
                GROUP BY act.partner_id, act.period_id
            ), decision AS (
                -- A decision holds until a later one takes its place.
                SELECT consent.partner_id, consent.company_id, consent.date,
                       consent.expiry_date,
                       about_all AND consent.state = 'refused' AS refuses_all,
                       about_email AND consent.state = 'given' AS gives_email,
                       new_refusal,
                       COALESCE(
                           min(date) FILTER (WHERE about_all) OVER later, 'infinity'
                       ) AS latest_until,
                       COALESCE(LEAST(
                           min(date) FILTER (WHERE about_email AND state = 'refused'
                               AND purpose_id IS NULL) OVER later,
                           min(date) FILTER (WHERE about_email AND state = 'refused')
                               OVER later_on_purpose
                       ), 'infinity') AS unrefused_until
                FROM (
                    SELECT consent.*,
                           consent.purpose_id IS NULL AND consent.channel IS NULL
                               AS about_all,
                           COALESCE(consent.channel, 'email') = 'email' AS about_email,
                           %(new_refusal)s AS new_refusal
                    FROM alumni_consent consent
                    JOIN partner ON partner.id = consent.partner_id
                    WHERE %(consent_bounds)s
                ) AS consent
                WINDOW later AS (
                    PARTITION BY partner_id, company_id ORDER BY date DESC, id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ), later_on_purpose AS (
                    PARTITION BY partner_id, company_id, purpose_id
                    ORDER BY date DESC, id DESC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            ), consent AS MATERIALIZED (
                SELECT touched.partner_id, touched.period_id,
                       bool_or(refuses_all AND latest_until > touched.date_end)
                           AS opted_out,
                       bool_or(new_refusal AND date >= touched.date_start)
                           AS new_opt_out,
                       bool_or(gives_email AND unrefused_until > touched.date_end
                           AND COALESCE(expiry_date, touched.today) >= touched.today
                           ) AS email_consented
                FROM touched
                JOIN decision
                    ON decision.partner_id = touched.partner_id
                    AND decision.company_id = touched.company_id
                    AND decision.date <= touched.date_end
                GROUP BY touched.partner_id, touched.period_id
            )
            SELECT touched.partner_id, touched.period_id, touched.company_id,
                   CASE WHEN person.awarded_since <= touched.date_end
                       THEN person.generation_id END AS generation_id,
                   CASE WHEN person.awarded_since <= touched.date_end
                       THEN person.awarded_school_id
                       ELSE person.left_school_id END AS school_id,
                   CASE WHEN person.doctorate_since <= touched.date_end
                           THEN 'doctorate'
                        WHEN person.master_since <= touched.date_end
                           THEN 'master'
                        WHEN person.bachelor_since <= touched.date_end
                           THEN 'bachelor'
                        WHEN person.certificate_since <= touched.date_end
                           THEN 'certificate' END AS degree_level,
                   CASE WHEN person.awarded_since <= touched.date_end
                       THEN person.award_decade END AS award_decade,
                   CASE WHEN person.awarded_since <= touched.date_end
                       THEN person.award_year END AS award_year,
                   person.country_id, person.gender, person.audience_id,
                   (NOT person.deceased
                       OR COALESCE(person.deceased_date > touched.date_end, FALSE)
                       ) AS living,
                   person.contactable, person.lost, person.email_ok, person.phone_ok,
                   person.post_ok, person.email_valid,
                   COALESCE(consent.opted_out, FALSE) AS opted_out,
                   COALESCE(consent.new_opt_out, FALSE) AS new_opt_out,
                   COALESCE(consent.email_consented, FALSE) AS email_consented,
                   COALESCE(person.fresh_date >= touched.today - INTERVAL '24 months',
                       FALSE) AS fresh,
                   COALESCE(person.employed_date
                       >= touched.today - INTERVAL '24 months', FALSE)
                       AS employment_known,
                   person.duplicate,
                   COALESCE(act.acts, 0) AS acts,
                   COALESCE(act.hours, 0) AS hours,
                   COALESCE(act.amount, 0) AS amount,
                   COALESCE(act.acts_ph, FALSE) AS acts_ph,
                   COALESCE(act.acts_vo, FALSE) AS acts_vo,
                   COALESCE(act.acts_ex, FALSE) AS acts_ex,
                   COALESCE(act.acts_co, FALSE) AS acts_co
            FROM touched
            JOIN person
                ON person.partner_id = touched.partner_id
                AND person.company_id = touched.company_id
                AND person.since <= touched.date_end
            LEFT JOIN act
                ON act.partner_id = touched.partner_id
                AND act.period_id = touched.period_id
            LEFT JOIN consent
                ON consent.partner_id = touched.partner_id
                AND consent.period_id = touched.period_id
            """,
            partner=_columns(("id", *PERSON_COLUMNS), "partner"),
            education_bounds=_within(bounds, "education", "partner_id"),
            act_bounds=_within(bounds, "act", "partner_id"),
            consent_bounds=_within(bounds, "consent", "partner_id"),
            partner_bounds=_within(bounds, "partner", "id"),
            new_refusal=self.env["alumni.consent"]._new_refusal(),
        )
