from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Person-years learn the year of the first degree, also those of closed periods:
    where it is known today and of the decade that they were closed with. Then the
    cohorts of all periods are counted."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        UPDATE alumni_person_year person_year SET award_year = education.year
        FROM (
            SELECT education.partner_id, education.company_id,
                   date_part('year', min(award_date))::int AS year
            FROM alumni_education education
            JOIN alumni_degree degree ON degree.id = education.degree_id
            JOIN res_company company ON company.id = education.company_id
            WHERE education.state = 'awarded'
                AND (company.alumni_rule <> 'awarded_no_certificate'
                    OR degree.level IS DISTINCT FROM 'certificate')
            GROUP BY education.partner_id, education.company_id
        ) AS education
        WHERE education.partner_id = person_year.partner_id
            AND education.company_id = person_year.company_id
            AND (education.year / 10 * 10)::varchar = person_year.award_decade
        """
    )
    env["alumni.cohort"]._recount(env["alumni.period"].search([]))
