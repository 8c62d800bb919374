from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .alumni_mentoring_terms import AVAILABILITIES


class AlumniMentor(models.Model):
    """A person who offers to mentor in a programme, on which terms and how many
    people at once. Whoever is being asked takes a place already, so that nobody is
    asked by two people for one place."""

    _name = "alumni.mentor"
    _description = "Mentor"
    _inherit = ["alumni.mentoring.terms"]
    _order = "date_start desc, id desc"

    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="To",
        help="The last day on which the person is proposed to mentees. Pairs go on "
        "until they are ended.",
    )
    capacity = fields.Integer(
        string="Places",
        required=True,
        default=1,
        aggregator="sum",
        help="How many mentees at once.",
    )
    pair_ids = fields.One2many(
        comodel_name="alumni.mentoring.pair", inverse_name="mentor_id", string="Pairs"
    )
    mentee_count = fields.Integer(
        string="Mentees",
        compute="_compute_mentee_count",
        store=True,
        help="Pairs that are proposed, agreed or active.",
    )
    place_count = fields.Integer(
        string="Free places",
        compute="_compute_place_count",
        store=True,
        help="Places less the pairs that are proposed, agreed or active.",
    )

    _person_uniq = models.UniqueIndex(
        "(partner_id, programme_id)",
        "This person is a mentor of this programme already: open that record.",
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity > 0)", "A mentor has at least one place."
    )
    # Two officers who take the last place at the same moment write the same record:
    # the second one is told.
    _places_left = models.Constraint(
        "CHECK (mentee_count <= capacity)",
        "A mentor cannot have more mentees than places. End a pair, or give the mentor "
        "more places.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "A mentor cannot stop before the start."
    )

    @api.depends("pair_ids.state")
    def _compute_mentee_count(self):
        counts = dict(
            self.env["alumni.mentoring.pair"]._read_group(
                [
                    ("mentor_id", "in", self.ids),
                    ("state", "in", ("proposed", "agreed", "active")),
                ],
                ["mentor_id"],
                ["__count"],
            )
        )
        for mentor in self:
            mentor.mentee_count = counts.get(mentor._origin, 0)

    @api.depends("capacity", "mentee_count")
    def _compute_place_count(self):
        for mentor in self:
            mentor.place_count = mentor.capacity - mentor.mentee_count

    @api.constrains("capacity")
    def _check_capacity(self):
        for mentor in self:
            if mentor.place_count < 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s has %(mentees)s mentees (pairs that are proposed, "
                        "agreed or active) and %(places)s places. End a pair, or give "
                        "the mentor more places.",
                        name=mentor.display_name,
                        mentees=mentor.mentee_count,
                        places=mentor.capacity,
                    )
                )

    @api.model
    def _select_proposals(self, requests, most) -> SQL:
        """The mentors who can be proposed for requests, best first: an SQL SELECT of
        ``request_id, mentor_id, rank, score`` and of what speaks for the mentor, for
        any number of requests in one statement.

        A mentor can be proposed who belongs to the same programme, is another person,
        living, in office today, has a free place, was not proposed for this request
        before, and shares a language where both have said which they speak. The score
        is made of 50 points for the interests wanted (one is met by the same, a wider
        or a narrower one in the tree), 20 for a common language, 15 for the place (all
        for the same city, half for the same country) and 15 for the times wanted. What
        the mentee leaves open, every mentor meets. At the same score, who has fewer
        mentees comes first.

        :param requests: ``alumni.mentoring.request`` records
        :param most: how many mentors for one request
        """
        self.env.flush_all()
        times = {name: SQL.identifier(name) for name in AVAILABILITIES}

        def number(condition):
            return SQL(" + ").join(
                SQL("(%s)::int", condition(name)) for name in times.values()
            )

        return SQL(
            """
            WITH wanted AS (
                SELECT request.* FROM alumni_mentoring_request request
                JOIN alumni_programme programme
                    ON programme.id = request.programme_id AND programme.active
                JOIN res_partner person ON person.id = request.partner_id
                    AND person.alumni_deceased IS NOT TRUE
                WHERE request.id = ANY(%(requests)s)
                    AND request.state IN ('open', 'proposed')
            ), offered AS (
                SELECT mentor.* FROM alumni_mentor mentor
                JOIN res_partner person ON person.id = mentor.partner_id
                    AND person.active AND person.alumni_deceased IS NOT TRUE
                WHERE mentor.place_count > 0 AND mentor.date_start <= %(today)s
                    AND (mentor.date_end IS NULL OR mentor.date_end >= %(today)s)
                    AND mentor.programme_id IN (SELECT programme_id FROM wanted)
            ), subject AS (
                SELECT link.alumni_mentoring_request_id AS request_id,
                       interest.id, interest.parent_path
                FROM alumni_interest_alumni_mentoring_request_rel link
                JOIN wanted ON wanted.id = link.alumni_mentoring_request_id
                JOIN alumni_interest interest ON interest.id = link.alumni_interest_id
            ), subject_wanted AS (
                SELECT request_id, count(*) AS number FROM subject GROUP BY request_id
            ), related AS (
                SELECT one.id AS wanted_id, other.id AS offered_id
                FROM alumni_interest one
                JOIN alumni_interest other
                    ON starts_with(one.parent_path, other.parent_path)
                    OR starts_with(other.parent_path, one.parent_path)
                WHERE one.id IN (SELECT id FROM subject)
            ), subject_met AS (
                SELECT subject.request_id, link.alumni_mentor_id AS mentor_id,
                       count(DISTINCT subject.id) AS number,
                       array_agg(DISTINCT subject.id) AS interest_ids
                FROM subject
                JOIN wanted ON wanted.id = subject.request_id
                JOIN related ON related.wanted_id = subject.id
                JOIN alumni_interest_alumni_mentor_rel link
                    ON link.alumni_interest_id = related.offered_id
                JOIN offered ON offered.id = link.alumni_mentor_id
                    AND offered.programme_id = wanted.programme_id
                GROUP BY subject.request_id, link.alumni_mentor_id
            ), request_language AS (
                SELECT link.alumni_mentoring_request_id AS request_id,
                       array_agg(split_part(lang.code, '_', 1)) AS codes
                FROM alumni_mentoring_request_res_lang_rel link
                JOIN wanted ON wanted.id = link.alumni_mentoring_request_id
                JOIN res_lang lang ON lang.id = link.res_lang_id
                GROUP BY link.alumni_mentoring_request_id
            ), mentor_language AS (
                SELECT link.alumni_mentor_id AS mentor_id,
                       array_agg(split_part(lang.code, '_', 1)) AS codes
                FROM alumni_mentor_res_lang_rel link
                JOIN offered ON offered.id = link.alumni_mentor_id
                JOIN res_lang lang ON lang.id = link.res_lang_id
                GROUP BY link.alumni_mentor_id
            ), candidate AS (
                SELECT request.id AS request_id, mentor.id AS mentor_id,
                       mentor.mentee_count,
                       COALESCE(subject_wanted.number, 0) AS interests_wanted,
                       COALESCE(subject_met.number, 0) AS interests_met,
                       subject_met.interest_ids,
                       request_language.codes AS request_languages,
                       mentor_language.codes AS mentor_languages,
                       request_language.codes && mentor_language.codes AS speaks,
                       trim(request.city) <> '' OR request.country_id IS NOT NULL
                           AS asks_place,
                       CASE WHEN trim(request.city) <> ''
                                AND lower(trim(request.city)) = lower(trim(mentor.city))
                                AND (request.country_id IS NULL
                                    OR mentor.country_id IS NULL
                                    OR request.country_id = mentor.country_id)
                           THEN 'city'
                           WHEN request.country_id = mentor.country_id THEN 'country'
                       END AS place,
                       %(times_wanted)s AS times_wanted,
                       %(times_met)s AS times_met,
                       concat_ws(',', %(times)s) AS times
                FROM wanted request
                JOIN offered mentor ON mentor.programme_id = request.programme_id
                    AND mentor.partner_id <> request.partner_id
                LEFT JOIN subject_wanted ON subject_wanted.request_id = request.id
                LEFT JOIN subject_met ON subject_met.request_id = request.id
                    AND subject_met.mentor_id = mentor.id
                LEFT JOIN request_language ON request_language.request_id = request.id
                LEFT JOIN mentor_language ON mentor_language.mentor_id = mentor.id
                WHERE NOT EXISTS (
                    SELECT FROM alumni_mentoring_pair pair
                    WHERE pair.request_id = request.id AND pair.mentor_id = mentor.id)
            ), scored AS (
                SELECT *, round(
                    CASE WHEN interests_wanted = 0 THEN 50
                        ELSE 50.0 * interests_met / interests_wanted END
                    + CASE WHEN request_languages IS NULL OR speaks THEN 20 ELSE 0 END
                    + CASE WHEN asks_place IS NOT TRUE OR place = 'city' THEN 15
                        WHEN place = 'country' THEN 7.5 ELSE 0 END
                    + CASE WHEN times_wanted = 0 THEN 15
                        ELSE 15.0 * times_met / times_wanted END, 1) AS score
                FROM candidate
                WHERE speaks IS NOT FALSE
            ), ranked AS (
                SELECT *, row_number() OVER (PARTITION BY request_id
                    ORDER BY score DESC, mentee_count, mentor_id) AS rank
                FROM scored
            )
            SELECT request_id, mentor_id, rank, score, interests_wanted, interests_met,
                   (SELECT string_agg(%(interest)s, ', ' ORDER BY interest.sequence,
                        interest.id)
                    FROM alumni_interest interest
                    WHERE interest.id = ANY(ranked.interest_ids)) AS interest_names,
                   (SELECT string_agg(DISTINCT lang.name, ', ')
                    FROM alumni_mentoring_request_res_lang_rel link
                    JOIN res_lang lang ON lang.id = link.res_lang_id
                    WHERE link.alumni_mentoring_request_id = ranked.request_id
                        AND split_part(lang.code, '_', 1) = ANY(mentor_languages)
                   ) AS language_names,
                   place, times
            FROM ranked WHERE rank <= %(most)s
            """,
            requests=requests.ids,
            most=most,
            today=fields.Date.context_today(self),
            interest=self.env["alumni.interest"]._field_to_sql("interest", "name"),
            times_wanted=number(lambda name: SQL("request.%s IS TRUE", name)),
            times_met=number(
                lambda name: SQL("(request.%s AND mentor.%s) IS TRUE", name, name)
            ),
            times=SQL(", ").join(
                SQL(
                    "CASE WHEN request.%s AND mentor.%s THEN %s END",
                    column,
                    column,
                    name,
                )
                for name, column in times.items()
            ),
        )

    def action_view_pairs(self):
        """The pairs of this mentor."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_mentoring_pair_action"
            ),
            "domain": [("mentor_id", "=", self.id)],
            "context": {"default_mentor_id": self.id},
        }

    def _merge_into(self, kept):
        """Make one mentor out of two of one person in a programme: in office when one
        of them was, with the places that the pairs of both need."""
        self.ensure_one()
        ends = (kept.date_end, self.date_end)
        live = kept.mentee_count + self.mentee_count
        kept.write(
            {
                "date_start": min(kept.date_start, self.date_start),
                "date_end": max(ends) if all(ends) else False,
                "capacity": max(kept.capacity, self.capacity, live),
            }
        )
        self._merge_terms_into(kept, "mentor_id")
