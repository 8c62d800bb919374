from odoo import api, models
from odoo.tools import SQL


class AlumniMeasureSource(models.AbstractModel):
    """A model whose records measures add up, beside the person-years: cost lines,
    invitations, answers. It states once, as one SQL SELECT, which rows belong to a
    period, and how each of its columns is added up; a change of a record makes the
    figures be worked out again. To add a source:

    1. name it, its label and its columns in ``SOURCES`` and ``COLUMNS`` of
       ``alumni.measure``: what each counts, and what each is a part of;
    2. let the model inherit from this one and say ``_measure_source``,
       ``_measure_dimensions``, ``_measure_select`` and ``_measure_columns``;
    3. add measures and indicators as data, in place of those in ``data/needs/``
       that say what is missing.
    """

    _name = "alumni.measure.source"
    _description = "Source of measures"

    _measure_source = None
    """Key of the source in ``SOURCES`` of ``alumni.measure``."""
    _measure_dimensions = {}
    """Column of the rows by breakdown, for instance
    ``{"generation": "generation_id"}``. A breakdown that is absent here has no
    figures from this source."""

    _measure_people = False
    """Whether the rows are people of the period, or what they did: then nobody is 0,
    and not unknown, in each period that has person-years, and in no other."""
    _measure_records = None
    """The model of the records behind the rows, if it is another one."""

    @api.model
    def _measure_select(self, period):
        """The rows of a period: an SQL SELECT with the columns of
        ``_measure_dimensions`` and those that ``_measure_columns`` refers to; of a
        source of named filters the ``id`` of the record as well. None if nothing can
        be said of the period, which is not 0."""
        raise NotImplementedError

    @api.model
    def _measure_columns(self):
        """How each quantity is added up over the rows: ``{column: SQL aggregate}``,
        for instance ``{"cost": SQL("SUM(amount)")}``. A quantity that is NULL for all
        rows is unknown, which is not 0."""
        raise NotImplementedError

    @api.model
    def _measure_model(self, column):
        """The model whose records stand behind a quantity, if not this one."""
        return self._measure_records or self._name

    def _measure_domain(self, column, period):
        """Which records of :meth:`_measure_model` stand behind a quantity in a
        period."""
        raise NotImplementedError

    @api.model
    def _measure_ids(self, select: SQL):
        """The ids that a statement finds, for a domain that the browser is given.

        :param select: an SQL SELECT whose first column is an id
        """
        return [row[0] for row in self.env.execute_query(select)]

    @api.model
    def _select_schools(self, period):
        """The school of people in a period, as their person-year says; of people who
        are no graduates yet, that of their page: an SQL SELECT of ``partner_id,
        school_id``."""
        return SQL(
            """
            SELECT partner.id AS partner_id,
                   COALESCE(year.school_id, partner.alumni_school_id) AS school_id
            FROM res_partner partner
            LEFT JOIN alumni_person_year year
                ON year.partner_id = partner.id AND year.period_id = %s
            """,
            period.id,
        )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._measure_changed()
        return records

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        self._measure_changed()
        return result

    def unlink(self):
        self._measure_changed()
        return super().unlink()

    @api.model
    def _measure_changed(self):
        """Have the figures of the open periods worked out again the next time that
        they are asked for: noted once, at the end of the transaction."""
        precommit = self.env.cr.precommit
        if not precommit.data.get("alumni_kpi.measures_changed"):
            precommit.data["alumni_kpi.measures_changed"] = True
            # Figures follow the records whoever changes them.
            period = self.env["alumni.period"].with_env(self.env(su=True, context={}))

            def mark():
                precommit.data.pop("alumni_kpi.measures_changed")
                period._mark_values_outdated_or_later()

            precommit.add(mark)
