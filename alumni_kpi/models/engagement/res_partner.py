from odoo import api, models
from odoo.tools import SQL

PERSON_FIELDS = frozenset(
    {
        "active",
        "is_company",
        "country_id",
        "email_normalized",
        "alumni_match_key",
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
        "is_alumnus",
        "alumni_generation_id",
    }
)
"""What a person-year reads on the person, or what moves together with it."""

PAST_FIELDS = frozenset(
    {"active", "is_company", "alumni_deceased", "alumni_deceased_date", "is_alumnus"}
)
"""What, when it changes, may have been so in closed periods already: whoever was
counted as living then may be known now to have died before. Where somebody lives or
can be reached is no change of the past."""

MATCH_FIELDS = frozenset({"alumni_match_key", "active", "is_alumnus"})
"""What makes somebody else the duplicate of this person, or no longer."""


class ResPartner(models.Model):
    """A person's acts of engagement; and whatever changes on a person changes the
    person-years of the open periods."""

    _inherit = "res.partner"

    def _write_multi(self, vals_list):
        changed = {name for vals in vals_list for name in vals}
        years = self.env["alumni.person.year"]
        if not MATCH_FIELDS.isdisjoint(changed):
            years._touch(self._alumni_same_person())
        result = super()._write_multi(vals_list)
        if not PERSON_FIELDS.isdisjoint(changed):
            years._touch(self, past=not PAST_FIELDS.isdisjoint(changed))
        return result

    def unlink(self):
        years = self.env["alumni.person.year"]
        years._touch(self._alumni_same_person() - self)
        years._forget(self)
        return super().unlink()

    def _alumni_same_person(self):
        """These people and those with the same names and birth date, as the
        database has them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT other.id FROM res_partner one
                JOIN res_partner other USING (alumni_match_key)
                WHERE one.id = ANY(%s)
                """,
                self.ids,
            )
        )
        return self | self.browse(row[0] for row in rows)

    @api.model
    def _alumni_recompute_sql(self, partner_ids, everyone=False):
        if everyone:
            # All figures are computed anew at the end.
            return super()._alumni_recompute_sql(partner_ids, everyone)
        # Read once: the sub-select may depend on what is about to change.
        ids = [row[0] for row in self.env.execute_query(partner_ids)]
        chosen = SQL("SELECT unnest(%s::int[]) AS id", ids)
        result = super()._alumni_recompute_sql(chosen)
        # Only noted here: the intake calls this while its rows lie in temporary
        # tables that hide the real ones.
        self.env["alumni.person.year"]._touch(self.browse(ids), past=True)
        return result

    def action_alumni_engagement(self):
        """The acts of this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_engagement_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}
