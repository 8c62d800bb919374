"""P11: the funnel of events as a pivot."""

from . import in_turns

ROUNDS = 5


def count_invitations(env):
    env.cr.execute("SELECT count(*) FROM alumni_invitation")
    return env.cr.fetchone()[0]


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
    worker = databases.worker(run.filled())
    run.say("P11: funnel of events")
    invitations = worker.result(count_invitations)
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
