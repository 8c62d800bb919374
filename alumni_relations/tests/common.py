from odoo.tests import TransactionCase, new_test_user


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
