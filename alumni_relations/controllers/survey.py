from odoo.addons.survey.controllers.main import Survey


class AlumniSurvey(Survey):
    """Whoever is logged in can answer an anonymous survey to the end, although the
    answers no longer know them."""

    def _check_validity(
        self,
        survey_sudo,
        answer_sudo,
        answer_token,
        ensure_token=True,
        check_partner=True,
    ):
        forgotten = survey_sudo.alumni_anonymous and not answer_sudo.partner_id
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner and not forgotten,
        )

    def _prepare_retry_additional_values(self, answer):
        return {
            **super()._prepare_retry_additional_values(answer),
            "alumni_event_id": answer.alumni_event_id.id,
            "alumni_programme_id": answer.alumni_programme_id.id,
        }
