from lxml import etree

from odoo.tests import TransactionCase, new_test_user

SHOWING = {"badge", "statinfo", "progressbar", "percentpie", "remaining_days"}
"""Widgets that show a value and have no input. Odoo ignores the mistake."""


class AlumniCommon(TransactionCase):
    """One user per role, a second institution, and a short way to make people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other university"})
        cls.officer = new_test_user(
            cls.env, "alumni_officer", "alumni_relations.group_officer"
        )
        cls.manager = new_test_user(
            cls.env, "alumni_manager", "alumni_relations.group_manager"
        )
        cls.analyst = new_test_user(
            cls.env, "alumni_analyst", "alumni_relations.group_analyst"
        )
        cls.portal = new_test_user(cls.env, "alumni_portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.other_officer = new_test_user(
            cls.env,
            "alumni_other_officer",
            "alumni_relations.group_officer",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    @classmethod
    def _person(cls, name, **values):
        """A person called "First Family"."""
        first_name, _space, family_name = name.partition(" ")
        return cls.env["res.partner"].create(
            {
                "name": name,
                "alumni_first_name": first_name,
                "alumni_family_name": family_name,
                **values,
            }
        )


class ScreensCase(AlumniCommon):
    """What a screen asks the database for: the same for many records as for few."""

    def _screen(self, model, view_type, domain, user=None):
        """How many statements a screen of these records takes when nothing of them
        is known, and how many records it shows."""
        records = self.env[model].with_user(user or self.officer)
        arch = etree.fromstring(records.get_view(view_type=view_type)["arch"])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        if view_type == "pivot":
            rows = [node.get("name") for node in arch.xpath("field[@type='row']")]
            measures = [
                f"{name}:{records._fields[name].aggregator}"
                for name in arch.xpath("field[@type='measure']/@name")
            ]
            records.formatted_read_grouping_sets(
                domain, [[], rows], ["__count", *measures]
            )
            shown = None
        else:
            found = records.web_search_read(domain, self._fields_of(arch, records))
            shown = len(found["records"])
        return self.cr.sql_log_count - before, shown

    def _fields_of(self, arch, records):
        """The fields of a view as the web client reads them, with those of the lists
        in it."""
        spec = {}
        for node in arch.xpath(".//field[not(ancestor::field)]"):
            field = records._fields[node.get("name")]
            if not field.relational:
                spec[field.name] = {}
                continue
            sub = node.xpath("./list | ./kanban")
            related = records.env[field.comodel_name]
            spec[field.name] = {
                "fields": self._fields_of(
                    etree.fromstring(etree.tostring(sub[0])), related
                )
                if sub
                else {"display_name": {}}
            }
        return spec

    def _check_screens(self, screens, few, many):
        """``screens``: model and view types with a function from one of the two
        arguments to the domain of what is shown."""
        for model, view_types, domain in screens:
            for view_type in view_types:
                with self.subTest(model=model, view_type=view_type):
                    self._screen(model, view_type, domain(few))
                    few_statements, few_shown = self._screen(
                        model, view_type, domain(few)
                    )
                    statements, shown = self._screen(model, view_type, domain(many))
                    if view_type in ("list", "kanban"):
                        self.assertGreater(shown, few_shown)
                    self.assertLessEqual(statements, few_statements)


class ViewsCase(TransactionCase):
    """What must hold for every view of an addon."""

    addon = None

    def _views(self):
        """The views of the addon: (view, combined arch, model)."""
        views = self.env["ir.ui.view"].search([("type", "in", ("form", "list"))])
        for view in views:
            if (view.xml_id or "").startswith(f"{self.addon}."):
                base = view
                while base.mode == "extension":
                    base = base.inherit_id
                yield view, base._get_combined_arch(), base.model

    def _inputs(self, node, model, open_to_input):
        """The fields of an arch, each with its model and whether the user may type
        there."""
        for child in node:
            if child.tag == "field":
                field = self.env[model]._fields[child.get("name")]
                yield child, field, open_to_input
                for sub in child.xpath("./form | ./list | ./kanban"):
                    yield from self._inputs(
                        sub, field.comodel_name, self._is_editable(sub)
                    )
            elif isinstance(child.tag, str):
                yield from self._inputs(child, model, open_to_input)

    def _is_editable(self, arch):
        if arch.tag == "list":
            return bool(arch.get("editable"))
        return arch.tag == "form" and arch.get("edit") not in ("0", "false")

    def _check_inputs(self):
        seen = 0
        for view, arch, model in self._views():
            for node, field, may in self._inputs(arch, model, self._is_editable(arch)):
                seen += 1
                if may and node.get("widget") in SHOWING:
                    readonly = field.readonly or node.get("readonly") in ("1", "True")
                    self.assertTrue(
                        readonly, f"{view.xml_id}: {field} cannot be filled in"
                    )
        self.assertGreater(seen, 100)

    def _check_buttons(self):
        """The web client calls a button's method with the ids of its records, also
        where none are chosen: a method of the model alone would fail."""
        seen = 0
        for view, arch, model in self._views():
            for node in arch.xpath("//button[@type='object']"):
                place = self.env[model]
                for field in node.xpath("ancestor::field"):
                    place = self.env[place._fields[field.get("name")].comodel_name]
                method = getattr(type(place), node.get("name"))
                seen += 1
                self.assertFalse(
                    getattr(method, "_api_model", False),
                    f"{view.xml_id}: {node.get('name')}",
                )
        self.assertGreater(seen, 10)

    def _check_groups(self):
        """The web client offers to group by whatever says that one can."""
        seen = 0
        for model in self.env.values():
            if model._abstract or model._transient:
                continue
            for name, field in model.fields_get(attributes=["groupable"]).items():
                if field["groupable"] and model._fields[name]._module == self.addon:
                    seen += 1
                    dated = model._fields[name].type in ("date", "datetime")
                    with self.subTest(field=model._fields[name]), self.cr.savepoint():
                        model.formatted_read_group(
                            [], [f"{name}:month" if dated else name], ["__count"]
                        )
        self.assertGreater(seen, 100)
