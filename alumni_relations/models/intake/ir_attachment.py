from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _index(self, bin_data, file_type, checksum=None):
        """Keep the text of loaded files out of the search index: it is personal
        data, it is large, and it is in the records already."""
        if self.env.context.get("alumni_import_file"):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)
