"""P11: the funnel of events as a pivot."""

from . import in_turns
from .figures import LAST_YEAR, analyze

INVITATIONS = 10
"""Invitations per person."""
GUESTS = 5000
"""Invitations per event."""
ROUNDS = 5


def write_events(env, invitations):
    """Events of every kind with their invitations, answers and attendances, by SQL:
    what is measured is what is made of them."""
    from datetime import datetime, timedelta

    kinds = env["alumni.event.kind"].search([]).ids
    first = datetime(LAST_YEAR, 7, 1, 16)
    events = env["event.event"].create(
        [
            {
                "name": f"Event {number}",
                "alumni_kind_id": kinds[number % len(kinds)],
                "date_begin": first - timedelta(days=17 * number),
                "date_end": first - timedelta(days=17 * number, hours=-3),
                "event_mail_ids": [],
            }
            for number in range(-(-invitations // GUESTS))
        ]
    )
    env.cr.execute(
        """
        INSERT INTO alumni_invitation
            (event_id, partner_id, company_id, invited_date, delivered_date, answer,
             state)
        SELECT event, (%(people)s::int[])[1 + (n * 7919::bigint) %% %(count)s],
               %(company)s, '2020-01-01', '2020-01-01', answer,
               COALESCE(answer, 'delivered')
          FROM generate_series(0, %(invitations)s - 1) n,
               LATERAL (SELECT (%(events)s::int[])[1 + n / %(guests)s] AS event,
                   (ARRAY['yes', 'yes', 'no', 'maybe', NULL])
                       [1 + abs(hashint4(n) / 2) %% 5] AS answer) spread
            ON CONFLICT DO NOTHING
        """,
        {
            "people": env["res.partner"]
            .search([("is_alumnus", "=", True)], order="id")
            .ids,
            "count": env["res.partner"].search_count([("is_alumnus", "=", True)]),
            "company": env.company.id,
            "invitations": invitations,
            "guests": GUESTS,
            "events": events.ids,
        },
    )
    written = env.cr.rowcount
    env.cr.execute(
        """
        INSERT INTO event_registration
            (event_id, attendee_id, partner_id, company_id, state, active, barcode)
        SELECT event_id, partner_id, partner_id, company_id,
               (ARRAY['done', 'done', 'open', 'cancel'])
                   [1 + abs(hashint4(id) / 2) % 4],
               TRUE, 'bench' || id
          FROM alumni_invitation WHERE answer = 'yes'
        """
    )
    return written


def refresh_funnel(env):
    """Build the funnel as the rebuild of figures does, some events at a time."""
    from odoo.tools import SQL

    funnel = env["alumni.funnel"]
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM event_event")
    for first in range(0, env.cr.fetchone()[0] + 1, 20):
        funnel._refresh(
            funnel._pairs_of_events(
                SQL("event_id > %s AND event_id <= %s", first, first + 20)
            )
        )


def pivot(env):
    """The pivot as the web client asks for it: steps and rates by kind of event and
    generation."""
    return len(
        env["alumni.funnel"].formatted_read_grouping_sets(
            [],
            [
                [],
                ["event_kind_id"],
                ["generation_id"],
                ["event_kind_id", "generation_id"],
            ],
            [
                "invited:sum",
                "answered:sum",
                "accepted:sum",
                "registered:sum",
                "attended:sum",
                "gave:sum",
                "response_rate:avg",
                "attendance_rate:avg",
            ],
        )
    )


def group_records(env):
    """What one would write without the funnel: one GROUP BY over the records."""
    env.cr.execute(
        """
        SELECT e.alumni_kind_id, p.alumni_generation_id, count(*), count(i.answer),
               count(*) FILTER (WHERE i.answer = 'yes'), count(s.attendee_id),
               count(*) FILTER (WHERE s.came),
               count(*) FILTER (WHERE s.came AND EXISTS (
                   SELECT 1 FROM alumni_engagement a
                    WHERE a.partner_id = i.partner_id
                      AND a.mode IN ('philanthropic', 'volunteer')
                      AND a.date > e.date_begin::date
                      AND a.date <= e.date_begin::date + INTERVAL '12 months'))
          FROM alumni_invitation i
          JOIN event_event e ON e.id = i.event_id
          JOIN res_partner p ON p.id = i.partner_id
          LEFT JOIN (SELECT event_id, attendee_id, bool_or(state = 'done') AS came
                       FROM event_registration WHERE active GROUP BY 1, 2) s
            ON s.event_id = i.event_id AND s.attendee_id = i.partner_id
         GROUP BY 1, 2
        """
    )
    return len(env.cr.fetchall())


def measure(run):
    """P11."""
    databases = run.databases
    worker = databases.worker(databases.clone(run.filled()))
    run.say("P11: funnel of events")
    invitations = worker.result(write_events, INVITATIONS * run.people)
    worker.call(analyze)
    seconds = worker.seconds(refresh_funnel)
    run.say(f"  the funnel was built in {seconds:,.0f} s")
    worker.call(analyze)
    ours, other = in_turns(
        1 if run.people > 200_000 else ROUNDS,
        lambda: worker.seconds(pivot),
        lambda: worker.seconds(group_records),
    )
    run.add(
        "P11",
        "funnel pivot: steps and rates by kind of event and generation",
        f"{invitations:,} invitations",
        ours,
        other,
        1 / 5,
        worker.peak(),
        "the same steps counted by one plain GROUP BY over invitations, "
        "registrations and acts",
    )
    databases.release(worker)
