from lxml import etree

from odoo.tests import tagged

from .common import ViewsCase


@tagged("post_install", "-at_install")
class TestViews(ViewsCase):
    addon = "alumni_relations"

    def test_every_input_takes_input(self):
        self._check_inputs()

    def test_every_button_can_be_pressed(self):
        self._check_buttons()

    def test_every_group_can_be_made(self):
        self._check_groups()

    def test_counters_of_imports_are_told_apart(self):
        """A French column title of that width ends after some eight letters."""
        view = self.env["alumni.import"].get_view(view_type="list")
        titles = [
            field.get("string")
            for field in etree.fromstring(view["arch"]).xpath("//field[@optional]")
            if field.get("name").endswith(("_created", "_updated", "rejected"))
        ]
        self.assertEqual(len(titles), 5)
        self.assertEqual(len({title[:8] for title in titles}), 5)

    def test_chosen_filter_has_room_for_its_name(self):
        form = self.env.ref("mass_mailing.view_mail_mass_mailing_form")
        arch = etree.fromstring(
            self.env["mailing.mailing"].get_view(form.id, "form")["arch"]
        )
        [box] = arch.xpath("//field[@name='mailing_filter_id']/parent::div")
        self.assertIn("col-md-6", box.get("class").split())
