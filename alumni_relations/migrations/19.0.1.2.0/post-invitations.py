from odoo import SUPERUSER_ID, api

SEAT_SENDER = (
    "{{ (object.event_id.organizer_id.email_formatted"
    " or object.company_id.email_formatted"
    " or object.event_id.user_id.email_formatted or user.email_formatted) }}"
)


def migrate(cr, version):
    """Who was written to by Odoo was asked by e-mail. The message about a free seat
    had no sender when somebody without a login had freed it."""
    cr.execute(
        "UPDATE alumni_invitation SET channel = 'email' "
        "WHERE channel IS NULL AND (delivered_date IS NOT NULL OR bounced)"
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(
        "alumni_relations.mail_template_invitation_seat", raise_if_not_found=False
    )
    if template and not template.email_from:
        template.email_from = SEAT_SENDER
