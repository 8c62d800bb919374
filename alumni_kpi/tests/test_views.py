from ast import literal_eval

from lxml import etree

from odoo.tests import new_test_user, tagged

from odoo.addons.alumni_relations.tests.common import ViewsCase


@tagged("post_install", "-at_install")
class TestViews(ViewsCase):
    addon = "alumni_kpi"

    def _arch(self, model, view_type):
        view = self.env[model].get_view(view_type=view_type)
        return etree.fromstring(view["arch"])

    def test_every_input_takes_input(self):
        self._check_inputs()

    def test_every_button_can_be_pressed(self):
        self._check_buttons()

    def test_every_group_can_be_made(self):
        self._check_groups()

    def test_every_menu_is_found_by_somebody(self):
        """A menu whose action is of a model that nobody may read is hidden."""
        manager = new_test_user(
            self.env,
            "manager of everything",
            groups="alumni_relations.group_manager,base.group_system",
        )
        menus = self.env["ir.model.data"].search(
            [("module", "like", "alumni%"), ("model", "=", "ir.ui.menu")]
        )
        root = self.env["ir.ui.menu"].with_user(manager)
        hidden = set(menus.mapped("res_id")) - set(root._visible_menu_ids())
        self.assertFalse(root.sudo().browse(hidden).mapped("complete_name"))

    def test_indicators_open_on_one_unit(self):
        """People and percent have no common axis; without the filter each unit of a
        pivot stands for itself."""
        action = self.env.ref("alumni_kpi.alumni_indicator_value_action")
        search = self._arch(action.res_model, "search")
        chosen = [
            name.removeprefix("search_default_")
            for name in literal_eval(action.context)
        ]
        domains = [
            search.xpath(f"//filter[@name='{name}']/@domain")[0] for name in chosen
        ]
        self.assertIn("[('unit', '=', 'percent')]", domains)
        rows = self._arch(action.res_model, "pivot").xpath("//field[@type='row']/@name")
        self.assertEqual(rows, ["unit", "indicator_id"])

    def test_acts_show_what_they_have(self):
        """No 0,00 € on an act of time, no 00:00 on a gift of money."""
        arch = self._arch("alumni.engagement", "list")
        for name in ("hours", "amount"):
            [field] = arch.xpath(f"//field[@name='{name}']")
            self.assertEqual(field.get("invisible"), f"not {name}")
