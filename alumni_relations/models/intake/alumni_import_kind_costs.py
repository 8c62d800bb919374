import hashlib

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.match_key import plain_name
from .alumni_import_kind import LineProblem

WORDS = {
    "expense": "expense depense achat frais",
    "labour": "labour labor travail maindoeuvre",
    "university": "university universite etablissement institution",
    "paid": "paid paye payee remunere salarie",
    "volunteer": "volunteer benevole benevolat",
}
"""Words by which feeds call natures, the university as a payer, and labour."""


class AlumniImportKindCosts(models.AbstractModel):
    """Costs, one line per expense or labour, of an event or programme named by its
    code.

    A cost is known again by its content: loading a file again has no effect. Labour
    has hours, and the rate of the line or else that of the table of hourly rates on
    its day; either stays on the cost. The manager who loads a file validates it.
    """

    _name = "alumni.import.kind.costs"
    _inherit = "alumni.import.kind"
    _description = "Import of costs"

    _kind = "costs"
    _kind_sequence = 5
    _required_codes = ("date", "label", "nature")
    _stage_columns = {
        "event_ref": "varchar",
        "programme": "varchar",
        "date": "date",
        "label": "varchar",
        "nature": "varchar",
        "payer": "varchar",
        "payer_name": "varchar",
        "labour": "varchar",
        "role": "varchar",
        "hours": "numeric",
        "rate": "numeric",
        "amount": "numeric",
        "currency_id": "int4",
        "evidence": "varchar",
        "content": "varchar",
        "cells": "jsonb",
        "event_id": "int4",
        "programme_id": "int4",
        "hourly_rate_id": "int4",
    }

    @api.model
    def _kind_label(self):
        return self.env._("Costs")

    @api.model
    def _parser(self, document, columns):
        read, headers = self._values_reader(document, columns, ("label",))
        read_currency = self._currency_reader(document, headers, "amount", "rate")
        natures, payers, labours = (
            {word: code for code in codes for word in WORDS[code].split()}
            for codes in (("expense", "labour"), ("university",), ("paid", "volunteer"))
        )
        roles = self._labels("role")
        labours |= self._labels("labour")

        def choose(values, code, known):
            text = values.get(code)
            if text and plain_name(text) not in known:
                raise self._bad_value(headers[code], text)
            return known[plain_name(text)] if text else None

        def missing(message):
            return LineProblem("missing_value", message)

        def parse(cells):
            values = read(cells)
            self._check_required(values, headers)
            date = self._date(values, headers, "date")
            nature = choose(values, "nature", natures)
            hours, rate, amount = (
                self._number(values, headers, code)
                for code in ("hours", "rate", "amount")
            )
            payer, payer_name, labour, role = "university", None, None, None
            if text := values.get("payer"):
                payer = payers.get(plain_name(text), "other")
                payer_name = text if payer == "other" else None
            if nature == "labour":
                if not hours:
                    raise missing(self.env._("The labour has no hours."))
                labour = choose(values, "labour", labours) or "paid"
                role = choose(values, "role", roles) or (
                    "staff" if labour == "paid" else "volunteer"
                )
                if labour == "volunteer":
                    payer = payer_name = None
            elif not amount:
                raise missing(self.env._("The expense has no amount."))
            elif hours or rate:
                raise LineProblem(
                    "bad_value",
                    self.env._("An expense has no hours and no rate per hour."),
                )
            if not (values.get("event_ref") or values.get("programme")):
                raise missing(self.env._("The line names no event and no programme."))
            row = (
                values.get("event_ref") or None,
                values.get("programme") or None,
                date,
                values["label"],
                nature,
                payer,
                payer_name,
                labour,
                role,
                hours,
                rate,
                amount,
                read_currency(values),
                values.get("evidence") or None,
            )
            content = "\t".join(
                f"{value:.4f}"
                if code in ("hours", "rate", "amount")
                else str(value or "")
                for code, value in zip(self._stage_columns, row, strict=False)
            )
            return (
                *row,
                hashlib.sha256(content.encode()).hexdigest()[:32],
                document._cells_json(cells),
                None,
                None,
                None,
            )

        return parse

    @api.model
    def _labels(self, field_name):
        """Codes of a selection of cost lines by code and by name in every installed
        language."""
        field = self.env["alumni.cost.line"]._fields[field_name]
        known = {}
        for lang, _name in self.env["res.lang"].get_installed():
            labels = field._description_selection(self.env(context={"lang": lang}))
            known |= {plain_name(label): code for code, label in labels}
        return known | {plain_name(code): code for code, _label in field.selection}

    @api.model
    def _staged(self, document, stage):
        self._number_repeats(stage)
        self._find_actions(document, stage)
        self._find_rates(document, stage)
        self._reject_amounts(document, stage)
        Line = self.env["alumni.cost.line"]
        document._reject(
            stage,
            SQL(
                "%s AND NOT %s",
                Line._closed_condition(
                    SQL("%s", document.company_id.id), SQL("%s.date", stage)
                ),
                self._recorded(document, stage),
            ),
            "closed",
            SQL("%s || ' ' || date", self.env._("A closed period contains")),
        )

    @api.model
    def _recorded(self, document, stage):
        """SQL condition: a line of the file was recorded before.

        :param stage: SQL name of the rows of the file
        """
        self.env["alumni.cost.line"].flush_model(["company_id", "import_key"])
        return SQL(
            "EXISTS (SELECT FROM alumni_cost_line recorded"
            " WHERE recorded.company_id = %s AND recorded.import_key = %s.content)",
            document.company_id.id,
            stage,
        )

    @api.model
    def _find_actions(self, document, stage):
        company = document.company_id.id
        self.env["event.event"].flush_model(["code", "company_id", "programme_id"])
        self.env["alumni.programme"].flush_model(["code", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET event_id = event.id
                FROM (
                    SELECT DISTINCT ON (code) id, code FROM event_event
                    WHERE code IS NOT NULL
                        AND (company_id = %s OR company_id IS NULL)
                    ORDER BY code, company_id NULLS LAST
                ) AS event
                WHERE event.code = stage.event_ref
                """,
                stage,
                company,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET programme_id = programme.id
                FROM alumni_programme programme
                WHERE programme.company_id = %s AND programme.code = stage.programme
                """,
                stage,
                company,
            )
        )
        document._reject(
            stage,
            SQL("event_ref IS NOT NULL AND event_id IS NULL"),
            "unknown_event",
            SQL("%s || ' ' || event_ref", self.env._("No event has the code")),
        )
        document._reject(
            stage,
            SQL("programme IS NOT NULL AND programme_id IS NULL"),
            "unknown_programme",
            SQL("%s || ' ' || programme", self.env._("No programme has the code")),
        )
        # The programme of an event is the event's, whatever the file says.
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET programme_id = event.programme_id
                FROM event_event event WHERE event.id = stage.event_id
                """,
                stage,
            )
        )

    @api.model
    def _find_rates(self, document, stage):
        Rate = self.env["alumni.hourly.rate"]
        Rate.flush_model()
        company = document.company_id
        needs = SQL(
            """
            SELECT line AS id, %s AS company_id, role, labour, %s::int AS country_id,
                   date
            FROM %s WHERE nature = 'labour' AND rate = 0
            """,
            company.id,
            company.country_id.id or None,
            stage,
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET hourly_rate_id = found.hourly_rate_id,
                    rate = found.rate, currency_id = found.currency_id
                FROM (%s) AS found WHERE found.id = stage.line
                """,
                stage,
                Rate._select_rates(needs),
            )
        )
        document._reject(
            stage,
            SQL("nature = 'labour' AND rate = 0"),
            "no_rate",
            SQL(
                "%s || ' ' || role || ', ' || date",
                self.env._("No hourly rate holds for"),
            ),
        )
        self.env["res.currency.rate"].flush_model()
        document._reject(
            stage,
            SQL(
                """
                currency_id <> %s AND NOT EXISTS (
                    SELECT FROM res_currency_rate known
                    WHERE known.currency_id = %s.currency_id
                        AND known.name <= %s.date
                        AND (known.company_id IS NULL OR known.company_id = %s))
                """,
                company.currency_id.id,
                stage,
                stage,
                company.root_id.id,
            ),
            "no_rate",
            SQL(
                "%s || ' ' || date",
                self.env._("The currency has no rate on or before"),
            ),
        )

    @api.model
    def _reject_amounts(self, document, stage):
        """Labour costs hours times rate; a file that says otherwise is wrong."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET amount = CASE
                    WHEN amount = 0 OR abs(amount - hours * rate) < 0.01
                        THEN round(hours * rate, currency.decimal_places)
                    ELSE -1 END
                FROM res_currency currency
                WHERE currency.id = stage.currency_id AND nature = 'labour'
                """,
                stage,
            )
        )
        document._reject(
            stage,
            SQL("amount = -1"),
            "bad_value",
            SQL(
                "%s || ' ' || hours || ' x ' || rate",
                self.env._("The amount of the labour is not"),
            ),
        )

    @api.model
    def _preview(self, document, stage):
        [(new,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s stage WHERE NOT %s",
                stage,
                self._recorded(document, SQL("stage")),
            )
        )
        return {"records_new": new}

    @api.model
    def _load(self, document, stage, first, last):
        company = document.company_id
        names = (
            *("event_id", "programme_id", "date", "nature", "payer", "payer_name"),
            *("labour", "role", "hours", "hourly_rate_id", "rate", "currency_id"),
            *("amount", "evidence"),
        )
        volunteer = SQL("stage.labour IS NOT DISTINCT FROM 'volunteer'")
        self.env.cr.execute(
            SQL(
                "%s ON CONFLICT DO NOTHING RETURNING id, currency_id",
                self._insert(
                    "alumni.cost.line",
                    {
                        **{name: SQL.identifier("stage", name) for name in names},
                        "name": SQL("stage.label"),
                        "country_id": SQL("%s", company.country_id.id or None),
                        "amount_company": SQL("stage.amount"),
                        "cost_amount": SQL(
                            "CASE WHEN %s THEN 0 ELSE stage.amount END", volunteer
                        ),
                        "volunteer_amount": SQL(
                            "CASE WHEN %s THEN stage.amount ELSE 0 END", volunteer
                        ),
                        "category": SQL(
                            "CASE WHEN stage.nature = 'labour'"
                            " THEN 'labour_' || stage.labour"
                            " ELSE 'expense_' || stage.payer END"
                        ),
                        "state": SQL("'validated'"),
                        "validated_by_id": SQL("%s", self.env.uid),
                        "validated_date": SQL(
                            "%s::date", fields.Date.context_today(document)
                        ),
                        "company_id": SQL("%s", company.id),
                        "import_key": SQL("stage.content"),
                    },
                    SQL(
                        """
                        FROM %s stage
                        WHERE stage.root BETWEEN %s AND %s AND NOT %s
                        ORDER BY stage.line
                        """,
                        stage,
                        first,
                        last,
                        self._recorded(document, SQL("stage")),
                    ),
                    self._defaults("alumni.cost.line"),
                ),
            )
        )
        created = self.env.cr.fetchall()
        Line = self.env["alumni.cost.line"]
        Line.invalidate_model()
        # Amounts in another currency follow its rate of the day, which is Odoo's.
        home = company.currency_id.id
        foreign = Line.browse(id_ for id_, currency in created if currency != home)
        for name in ("amount_company", "cost_amount", "volunteer_amount"):
            self.env.add_to_compute(Line._fields[name], foreign)
        Line.flush_model()
        if created:
            Line._bulk_written(SQL("SELECT unnest(%s)", [id_ for id_, _ in created]))
        return {"records_created": len(created)}
