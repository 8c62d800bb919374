def migrate(cr, version):
    """An objective that counts attendances and expects none was met from the start."""
    cr.execute(
        "UPDATE alumni_objective SET is_met = FALSE "
        "WHERE measured_by = 'attendance' AND is_met "
        "AND COALESCE(expected, 0) = 0 AND COALESCE(baseline, 0) = 0"
    )
