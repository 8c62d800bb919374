"""Raw tables of a database, copied into DuckDB."""

import tempfile
from pathlib import Path

import duckdb

RECORDS = (
    "alumni_audience",
    "alumni_benchmark_run",
    "alumni_consent",
    "alumni_consent_purpose",
    "alumni_cost_line",
    "alumni_degree",
    "alumni_education",
    "alumni_event_kind",
    "alumni_generation",
    "alumni_gift",
    "alumni_gift_type",
    "alumni_hourly_rate",
    "alumni_hire",
    "alumni_improvement",
    "alumni_interest",
    "alumni_invitation",
    "alumni_invitation_answer",
    "alumni_measure",
    "alumni_measure_entry",
    "alumni_mentor",
    "alumni_mentoring_pair",
    "alumni_mentoring_request",
    "alumni_mentoring_session",
    "alumni_opportunity",
    "alumni_participation",
    "alumni_peer_median",
    "alumni_programme",
    "alumni_school",
    "alumni_score_rule",
    "alumni_score_scheme",
    "alumni_target",
    "event_event",
    "event_registration",
    "mail_activity",
    "mail_blacklist",
    "mailing_mailing",
    "mailing_trace",
    "phone_blacklist",
    "res_company",
    "res_currency_rate",
    "res_partner",
    "res_users",
    "res_users_log",
    "survey_question",
    "survey_question_answer",
    "survey_survey",
    "survey_user_input",
    "survey_user_input_line",
)
"""What staff, forms and mails write."""

RESULTS = (
    "alumni_breakdown",
    "alumni_indicator",
    "alumni_indicator_value",
    "alumni_period",
)
"""What is to be checked, and the periods and breakdowns it is about."""

LINKS = {
    "audience_of": ("res.partner", "alumni_audience_ids", "partner_id", "audience_id"),
    "breakdown_of": (
        "alumni.indicator",
        "breakdown_ids",
        "indicator_id",
        "breakdown_id",
    ),
    "interest_of": ("res.partner", "alumni_interest_ids", "partner_id", "interest_id"),
    "topic_of": ("event.event", "alumni_topic_ids", "event_id", "topic_id"),
}
"""Relations between two tables: the field that they are kept by, and the names under
which the two sides are known here."""

DERIVED = {
    "res_partner": (
        "is_alumnus",
        "is_ambassador",
        "alumni_contactable",
        "alumni_lost",
        "alumni_email_reason",
        "alumni_phone_reason",
        "alumni_post_reason",
        "alumni_generation_id",
        "alumni_school_id",
        "alumni_award_date",
        "alumni_first_award_date",
        "alumni_award_year",
        "alumni_award_decade",
        "alumni_degree_level",
        "alumni_match_key",
        "alumni_audience_id",
    )
}
"""Columns that the addons work out themselves: they are left behind, so that nothing
here can lean on them."""

TYPES = {
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "smallint": "INTEGER",
    "boolean": "BOOLEAN",
    "double precision": "DOUBLE",
    "numeric": "DECIMAL(24, 6)",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
    "jsonb": "JSON",
}


def copy_tables(connection, tables=(*RECORDS, *RESULTS)):
    """A DuckDB database in memory with these tables of a PostgreSQL database, without
    the columns that the addons work out.

    :param connection: an open connection of ``psycopg2``
    """
    memory = duckdb.connect()
    memory.execute("SET TimeZone = 'UTC'")
    with (
        connection.cursor() as cr,
        tempfile.TemporaryDirectory() as folder,
    ):
        for table in tables:
            _copy(cr, memory, folder, table)
        for name, (model, field, *ours) in LINKS.items():
            cr.execute(
                "SELECT relation_table, column1, column2 FROM ir_model_fields"
                " WHERE model = %s AND name = %s",
                [model, field],
            )
            table, *theirs = cr.fetchone()
            _copy(cr, memory, folder, table)
            columns = (
                duckdb.ColumnExpression(old).alias(new)
                for old, new in zip(theirs, ours, strict=True)
            )
            memory.table(table).select(*columns).create_view(name)
    return memory


def _copy(cr, memory, folder, table):
    """Copy one table, each column with its type."""
    cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [table],
    )
    columns = {
        name: TYPES.get(kind, "VARCHAR")
        for name, kind in cr.fetchall()
        if name not in DERIVED.get(table, ())
    }
    assert columns, f"there is no table {table}"
    names = ", ".join(f'"{name}"' for name in columns)
    path = Path(folder, f"{table}.csv")
    with open(path, "wb") as stream:
        cr.copy_expert(
            f'COPY (SELECT {names} FROM "{table}") TO STDOUT'
            " (FORMAT csv, FORCE_QUOTE *)",
            stream,
        )
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    memory.execute(
        f'CREATE TABLE "{table}" AS SELECT * FROM read_csv(?, header = false,'
        f" auto_detect = false, columns = {{{kinds}}},"
        " delim = ',', quote = '\"', escape = '\"',"
        " allow_quoted_nulls = false)",
        [str(path)],
    )
