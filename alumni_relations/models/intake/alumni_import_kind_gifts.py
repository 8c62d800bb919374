import hashlib

from odoo import api, models
from odoo.tools import SQL

from ...tools.match_key import plain_name
from .alumni_import_kind import LineProblem

TYPES = {
    "money": "argent cash donation donfinancier numeraire",
    "in_kind": "inkind nature ennature donennature things",
    "time": "temps hours heures benevolat volunteering",
    "skill": "skills competence competences talent mecenatdecompetences",
    "network": "reseau contacts",
    "attention": "attention",
    "dues": "cotisation cotisations adhesion membership membershipfee",
}
"""Words by which feeds call our gift types, beside their own codes and names."""


class AlumniImportKindGifts(models.AbstractModel):
    """Gifts, one per line; the donor is named by a student number.

    A gift is known again by its content: donor, date, type, amount, hours and
    description. Of lines that say the same, the first is the first gift, the second
    the second: loading a file again has no effect, and neither has a longer file
    that repeats the lines of an earlier one.
    """

    _name = "alumni.import.kind.gifts"
    _inherit = "alumni.import.kind"
    _description = "Import of gifts"

    _kind = "gifts"
    _kind_sequence = 2
    _required_codes = ("donor_ref", "date", "type")
    _stage_columns = {
        "donor_ref": "varchar",
        "date": "date",
        "gift_type_id": "int4",
        "amount": "numeric",
        "currency_id": "int4",
        "hours": "numeric",
        "description": "varchar",
        "content": "varchar",
        "cells": "jsonb",
        "partner_id": "int4",
    }

    @api.model
    def _kind_label(self):
        return self.env._("Gifts")

    @api.model
    def _parser(self, document, columns):
        read, headers = self._values_reader(document, columns, ("description",))
        types = self._gift_types()
        read_currency = self._currency_reader(document, headers, "amount")

        def parse(cells):
            values = read(cells)
            self._check_required(values, headers)
            date = self._date(values, headers, "date")
            gift_type = types.get(plain_name(values["type"]))
            if not gift_type:
                raise self._bad_value(headers["type"], values["type"])
            amount = self._number(values, headers, "amount")
            hours = self._number(values, headers, "hours")
            if gift_type.measured_in == "amount" and not amount:
                raise LineProblem(
                    "missing_value", self.env._("The gift has no amount.")
                )
            currency = read_currency(values)
            description = values.get("description") or None
            content = "\t".join(
                (
                    values["donor_ref"],
                    date.isoformat(),
                    gift_type.code,
                    f"{amount:.2f}",
                    str(currency),
                    f"{hours:.2f}",
                    description or "",
                )
            )
            return (
                values["donor_ref"],
                date,
                gift_type.id,
                amount,
                currency,
                hours,
                description,
                hashlib.sha256(content.encode()).hexdigest()[:32],
                document._cells_json(cells),
                None,
            )

        return parse

    @api.model
    def _gift_types(self):
        """Gift types by code, by name in every installed language and by the words
        of :data:`TYPES`."""
        types = self.env["alumni.gift.type"].search([("active", "=", True)])
        known = {}
        for gift_type in types:
            known |= dict.fromkeys(TYPES.get(gift_type.code, "").split(), gift_type)
        for code, _label in self.env["res.lang"].get_installed():
            for gift_type in types.with_context(lang=code):
                known[plain_name(gift_type.name)] = gift_type
        known |= {plain_name(gift_type.code): gift_type for gift_type in types}
        return known

    @api.model
    def _staged(self, document, stage):
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET partner_id = number.partner_id
                FROM alumni_student_number number
                WHERE number.company_id = %s AND number.name = stage.donor_ref
                """,
                stage,
                document.company_id.id,
            )
        )
        self._number_repeats(stage)
        document._reject(
            stage,
            SQL("partner_id IS NULL"),
            "unknown_person",
            SQL(
                "%s || ' ' || donor_ref",
                self.env._("Nobody has the student number"),
            ),
        )

    @api.model
    def _preview(self, document, stage):
        [(new,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM %s stage
                WHERE NOT EXISTS (
                    SELECT 1 FROM alumni_gift gift WHERE gift.company_id = %s
                    AND gift.import_key = stage.content)
                """,
                stage,
                document.company_id.id,
            )
        )
        return {"records_new": new}

    @api.model
    def _load(self, document, stage, first, last):
        home = document.company_id.currency_id.id
        self.env.cr.execute(
            SQL(
                "%s ON CONFLICT DO NOTHING RETURNING id, currency_id",
                self._insert(
                    "alumni.gift",
                    {
                        "partner_id": SQL("stage.partner_id"),
                        "gift_type_id": SQL("stage.gift_type_id"),
                        "date": SQL("stage.date"),
                        "state": SQL("'received'"),
                        "amount": SQL("stage.amount"),
                        "currency_id": SQL("stage.currency_id"),
                        "amount_company": SQL("stage.amount"),
                        "hours": SQL("stage.hours"),
                        "description": SQL("stage.description"),
                        "company_id": SQL("%s", document.company_id.id),
                        "import_key": SQL("stage.content"),
                    },
                    SQL(
                        """
                        FROM %s stage
                        JOIN res_partner partner ON partner.id = stage.partner_id
                        WHERE stage.root BETWEEN %s AND %s AND NOT EXISTS (
                            SELECT 1 FROM alumni_gift known
                            WHERE known.company_id = %s
                            AND known.import_key = stage.content)
                        ORDER BY stage.line
                        """,
                        stage,
                        first,
                        last,
                        document.company_id.id,
                    ),
                    self._defaults("alumni.gift"),
                ),
            )
        )
        created = self.env.cr.fetchall()
        Gift = self.env["alumni.gift"]
        Gift.invalidate_model()
        # Amounts in another currency follow its rate of the day, which is Odoo's.
        foreign = Gift.browse(id_ for id_, currency in created if currency != home)
        self.env.add_to_compute(Gift._fields["amount_company"], foreign)
        Gift.flush_model()
        if created:
            Gift._bulk_written(SQL("SELECT unnest(%s)", [id_ for id_, _ in created]))
        return {"records_created": len(created)}
