from lxml import html

from odoo import api, models


def placeholders(source):
    """What a message works out for each person: its QWeb attributes with their
    expressions."""
    node = html.fragment_fromstring(source or "", create_parent="div")
    return {
        (name, value)
        for element in node.iter("*")
        for name, value in element.attrib.items()
        if name.startswith("t-")
    }


class MailingMailing(models.Model):
    """Odoo lets only editors of templates write placeholders, because a placeholder
    can read everything. A message to invited people is full of them, the personal
    links first of all: whoever sends it may keep or drop those that the templates of
    invitations have, change the text around them, and add no others."""

    _inherit = "mailing.mailing"

    @api.model
    def _has_unsafe_expression_template_qweb(self, template_src, model, fname=None):
        unsafe = super()._has_unsafe_expression_template_qweb(
            template_src, model, fname=fname
        )
        # Without a field it is asked how to render, not what may be written.
        if not unsafe or not fname or model != "alumni.invitation":
            return unsafe
        return not placeholders(template_src) <= self._alumni_placeholders()

    @api.model
    def _alumni_placeholders(self):
        """Those of the templates of invitations, in every language."""
        # sudo: officers need not have the rights of templates to use one
        templates = (
            self.env["mail.template"]
            .sudo()
            .search([("model", "=", "alumni.invitation")])
        )
        return {
            placeholder
            for code, _name in self.env["res.lang"].get_installed()
            for template in templates.with_context(lang=code)
            for placeholder in placeholders(template.body_html)
        }
