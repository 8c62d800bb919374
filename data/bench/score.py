"""P4: the score of everybody, and after a day's changes."""

from . import in_turns, seconds_text
from .figures import ACTS, PERIODS, ROUNDS, analyze, count_figures

DAYS = 365 * PERIODS
"""Days over which the acts of the filled database lie."""


def compute_everybody(env):
    """Compute the score of everybody, as after a change of rules."""
    env["alumni.score.run"]._request()._run_now()


def aggregate(env):
    """One bare aggregate over the facts: what faded weights add up to now and a year
    ago, by person and kind of act, with the memory that the score gives itself."""
    env.cr.execute("SET LOCAL work_mem = '256MB'")
    env.cr.execute(
        """
        SELECT count(*) FROM (
            SELECT partner_id, kind,
                   sum(10 * exp((date - CURRENT_DATE) / 527.0::float8)),
                   sum(10 * exp((date - CURRENT_DATE) / 527.0::float8))
                       FILTER (WHERE date <= CURRENT_DATE - INTERVAL '12 months')
              FROM alumni_engagement GROUP BY partner_id, kind
        ) AS sums
        """
    )
    return env.cr.fetchone()[0]


def empty_scores(env):
    """Forget all scores, as if the addon had just been installed."""
    env.cr.execute("TRUNCATE alumni_score_total, alumni_score_distribution")


def count_scores(env):
    env.cr.execute("SELECT count(*) FROM alumni_score_total")
    return env.cr.fetchone()[0]


def write_day(env, acts):
    """Acts of today of as many people: what is recorded in a day."""
    money = env["alumni.gift.type"].search([("code", "=", "money")])
    env.cr.execute(
        """
        WITH gift AS (
            INSERT INTO alumni_gift
                (partner_id, gift_type_id, date, state, amount, currency_id,
                 amount_company, hours, company_id)
            SELECT person.id, %s, CURRENT_DATE, 'received', 10, company.currency_id,
                   10, 0, company.id
              FROM (SELECT id FROM res_partner WHERE is_alumnus
                     ORDER BY hashint8(id + %s) LIMIT %s) AS person,
                   res_company company
             WHERE company.id = %s
            RETURNING id
        )
        SELECT array_agg(id) FROM gift
        """,
        [money.id, env.cr.now().microsecond, acts, env.company.id],
    )
    from odoo.tools import SQL

    [(ids,)] = env.cr.fetchall()
    env["alumni.gift"]._bulk_written(SQL("SELECT unnest(%s)", ids))


def refresh_changed(env):
    """What the scheduled action does: scores of who changed, and everyone's rank."""
    env["alumni.score"]._cron_refresh()


def measure(run):
    databases = run.databases
    database = run.filled()
    if run.people <= 200_000:
        # Of a million people a copy would take longer than the measurements: there the
        # acts of some days stay.
        database = databases.clone(database)
    worker = databases.worker(database)
    facts, _person_years = worker.result(count_figures)
    run.say(f"P4: the score of everybody from {facts:,} facts")
    worker.call(empty_scores)
    first = worker.seconds(compute_everybody)
    people = worker.result(count_scores)
    worker.call(analyze)
    rounds = 1 if run.people > 200_000 else ROUNDS
    ours, other = in_turns(
        rounds,
        lambda: worker.seconds(compute_everybody),
        lambda: worker.seconds(aggregate),
    )
    bare = (
        "one bare aggregate over the facts: the sums of faded weights now and a year "
        "ago by person and kind of act, without caps, ranks or versions"
    )
    run.add(
        "P4",
        "score of everybody",
        f"{facts:,} facts, {people:,} people with points",
        ours,
        other,
        1.5,
        worker.peak(),
        f"{bare}. Ours also applies the caps, finds all percentiles "
        "and compares everybody's row with what it was, but writes none, for nothing "
        f"has changed. With all rows to be written, once, it takes "
        f"{seconds_text(first)}",
    )
    acts = max(1, run.people * ACTS // DAYS)

    def day():
        worker.call(write_day, acts)
        return worker.seconds(refresh_changed)

    ours, other = in_turns(rounds, day, lambda: worker.seconds(aggregate))
    run.add(
        "P4b",
        "score after a day's changes",
        f"{acts:,} acts of as many people",
        ours,
        other,
        1 / 10,
        worker.peak(),
        f"{bare}. Ours computes the people with new acts and finds all percentiles "
        "anew",
    )
    databases.release(worker)
