from odoo import api, fields, models

from ...tools.match_key import plain_name


class AlumniImportTarget(models.Model):
    """What a column of a loaded file can mean, and the headers by which it is
    recognised. A university adds the headers of its own registrar here."""

    _name = "alumni.import.target"
    _description = "Import field"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Under which the import knows it.")
    kind = fields.Char(
        required=True, index=True, help="The kind of file: people, gifts..."
    )
    sequence = fields.Integer(default=10)
    headers = fields.Char(
        help="Headers that mean this field, separated by commas. Accents, case and "
        "signs make no difference.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(kind, code)", "This field is in the list already."
    )

    @api.model
    def _by_header(self, kind):
        """The target that each known header of a kind of file means, by the header
        without accents, case and signs."""
        known = {}
        for target in self.search([("kind", "=", kind)]):
            for header in [
                target.code,
                target.name,
                *(target.headers or "").split(","),
            ]:
                known.setdefault(plain_name(header), target)
        known.pop("", None)
        return known
