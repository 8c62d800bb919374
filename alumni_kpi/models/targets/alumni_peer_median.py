from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

MINIMUM_PEERS = 5
"""A statistic of fewer institutions would show what single ones sent in."""


class AlumniPeerMedian(models.Model):
    """The median of other universities for an indicator in a year, as it was
    published or exchanged. Our own figures of periods that end in that year are shown
    beside it: the gap (BMK-01) and the index to the median (BMK-02). How many
    institutions stand behind the medians is measured (BMK-06)."""

    _name = "alumni.peer.median"
    _description = "Median of peers"
    _inherit = ["alumni.measure.source"]
    _order = "year desc, indicator_id, id"
    _rec_name = "indicator_id"
    _measure_source = "peer"

    indicator_id = fields.Many2one(
        comodel_name="alumni.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("series", "=", False)],
    )
    unit = fields.Selection(related="indicator_id.unit")
    year = fields.Integer(
        required=True,
        aggregator=None,
        help="The calendar year in which the periods of the peers end.",
    )
    median = fields.Float(
        required=True,
        aggregator=None,
        digits=(16, 2),
        help="In the unit of the indicator; a percentage as it is said: 50 for one "
        "half.",
    )
    institution_count = fields.Integer(
        string="Institutions",
        required=True,
        aggregator=None,
        help="How many institutions stand behind the median: at least 5.",
    )
    evidence = fields.Char(
        required=True, help="Where the median was published, or who computed it."
    )
    method = fields.Text(
        help="How the peers count where it differs from us, for instance their "
        "denominator or who counts as an alumnus. It is shown with the comparison."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _place_uniq = models.UniqueIndex(
        "(company_id, indicator_id, year)",
        "This indicator has a median of peers for this year: change that one.",
    )

    @api.constrains("institution_count")
    def _check_institution_count(self):
        for median in self:
            if median.institution_count < MINIMUM_PEERS:
                raise ValidationError(
                    self.env._(
                        "A median needs at least %(minimum)s institutions; %(count)s "
                        "would show what single ones sent in.",
                        minimum=MINIMUM_PEERS,
                        count=median.institution_count,
                    )
                )

    @api.constrains("year")
    def _check_year(self):
        for median in self:
            if not 1900 <= median.year <= 2999:
                raise ValidationError(
                    self.env._(
                        "%s is not a year: write four digits, for instance 2024.",
                        median.year,
                    )
                )

    @api.model
    def _measure_select(self, period):
        self.env["alumni.peer.median"].flush_model()
        return SQL(
            "SELECT institution_count FROM alumni_peer_median"
            " WHERE company_id = %s AND year = %s",
            period.company_id.id,
            period.date_end.year,
        )

    @api.model
    def _measure_columns(self):
        return {
            "peer_medians": SQL("NULLIF(COUNT(*), 0)"),
            "peer_institutions": SQL("SUM(institution_count)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        return Domain("company_id", "=", period.company_id.id) & Domain(
            "year", "=", period.date_end.year
        )
