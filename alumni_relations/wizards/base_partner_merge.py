from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts loses nothing that the alumni office has recorded."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        result = super()._update_reference_fields(src_partners, dst_partner)
        # Odoo leaves the traces of mailings with the contact that disappears, and
        # with them every answer and click of the person.
        traces = self.env["mailing.trace"]
        traces.flush_model(["model", "res_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE mailing_trace SET res_id = %s "
                "WHERE model = 'res.partner' AND res_id IN %s",
                dst_partner.id,
                tuple(src_partners.ids),
            )
        )
        traces.invalidate_model(["res_id"])
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Before Odoo's own rule, which cannot move two rows about one degree.
        self._alumni_merge_educations(src_partners, dst_partner)
        self._alumni_merge_answers(src_partners, dst_partner)
        self._alumni_merge_invitations(src_partners, dst_partner)
        self._alumni_merge_mentoring(src_partners, dst_partner)
        self._alumni_merge_hires(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _alumni_merge_educations(self, src_partners, dst_partner):
        """Make one education out of two about the same degree.

        The surviving contact's education is kept and completed: a degree awarded
        according to one of them is awarded, the earliest start holds. What says
        otherwise is noted in the chatter, so that somebody can look into it.
        """
        # sudo: a contact shared between institutions has educations in both
        educations = self.env["alumni.education"].sudo()
        kept_by_degree = {
            education.degree_id: education
            for education in educations.search([("partner_id", "=", dst_partner.id)])
        }
        for education in educations.search(
            [("partner_id", "in", src_partners.ids)], order="id"
        ):
            kept = kept_by_degree.setdefault(education.degree_id, education)
            if kept == education:
                education.partner_id = dst_partner
                continue
            contradictions = education._alumni_merge_into(kept)
            if contradictions:
                dst_partner.message_post(body=contradictions)
            education.unlink()
        educations.flush_model()

    @api.model
    def _alumni_merge_answers(self, src_partners, dst_partner):
        """Of completed answers to one survey about one event the last one counts."""
        # sudo: a contact shared between institutions has answers in both
        answers = self.env["survey.user_input"].sudo()
        answers.flush_model()
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE survey_user_input answer SET alumni_superseded = true
                FROM (
                    SELECT id, row_number() OVER (
                        PARTITION BY survey_id, alumni_event_id
                        ORDER BY end_datetime DESC NULLS LAST, id DESC) AS place
                    FROM survey_user_input
                    WHERE partner_id IN %s AND alumni_event_id IS NOT NULL
                        AND state = 'done' AND test_entry IS NOT TRUE
                        AND alumni_superseded IS NOT TRUE
                ) ranked
                WHERE ranked.id = answer.id AND ranked.place > 1
                RETURNING answer.id
                """,
                tuple((src_partners | dst_partner).ids),
            )
        )
        answers.invalidate_model(["alumni_superseded"])
        if changed:
            answers._bulk_written(SQL("SELECT unnest(%s)", [id_ for (id_,) in changed]))

    @api.model
    def _alumni_merge_invitations(self, src_partners, dst_partner):
        """Make one invitation out of two to the same event."""
        # sudo: a contact shared between institutions is invited by both
        invitations = self.env["alumni.invitation"].sudo()
        kept_by_event = {
            invitation.event_id: invitation
            for invitation in invitations.search([("partner_id", "=", dst_partner.id)])
        }
        for invitation in invitations.search(
            [("partner_id", "in", src_partners.ids)], order="id"
        ):
            kept = kept_by_event.setdefault(invitation.event_id, invitation)
            if kept == invitation:
                invitation.partner_id = dst_partner
            else:
                invitation._merge_into(kept)
        invitations.flush_model()

    @api.model
    def _alumni_merge_mentoring(self, src_partners, dst_partner):
        """Make one mentor, and one open request, out of two in the same programme,
        with the pairs and sessions of both.

        :raise UserError: when the contacts are mentor and mentee of each other, hence
            two people
        """
        people = src_partners | dst_partner
        # sudo: a contact shared between institutions takes part in both
        pairs = self.env["alumni.mentoring.pair"].sudo()
        both = pairs.search(
            [
                ("mentor_partner_id", "in", people.ids),
                ("mentee_partner_id", "in", people.ids),
            ],
            limit=1,
        )
        if both:
            raise UserError(
                self.env._(
                    "%s: mentor and mentee are two people and cannot become one "
                    "contact. If the pair is a mistake, delete it first.",
                    both.display_name,
                )
            )
        for model, domain in (
            ("alumni.mentor", []),
            (
                "alumni.mentoring.request",
                [("state", "in", ("open", "proposed", "matched"))],
            ),
        ):
            records = (
                self.env[model]
                .sudo()
                .search([("partner_id", "in", people.ids), *domain], order="id")
            )
            by_programme = records.sorted(
                lambda record: record.partner_id != dst_partner
            ).grouped("programme_id")
            for kept, *others in by_programme.values():
                for other in others:
                    other._merge_into(kept)
            records.exists().flush_model()

    @api.model
    def _alumni_merge_hires(self, src_partners, dst_partner):
        """Somebody who was hired twice through one offer was hired once, on the first
        of both days; who posted it was not hired by it."""
        people = src_partners | dst_partner
        # sudo: a contact shared between institutions can be hired through both
        hires = self.env["alumni.hire"].sudo()
        found = hires.search([("partner_id", "in", people.ids)], order="date, id")
        for opportunity, same in found.grouped("opportunity_id").items():
            if opportunity.partner_id in people:
                same.partner_id = False
            else:
                same[1:].unlink()
        hires.flush_model()

    def _log_merge_operation(self, src_partners, dst_partner):
        result = super()._log_merge_operation(src_partners, dst_partner)
        # Odoo moves records by SQL: what is computed from them is not aware of it.
        self.env["res.partner"].sudo()._alumni_refresh(SQL("SELECT %s", dst_partner.id))
        return result
