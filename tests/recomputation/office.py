"""What people in the office enter by hand, for a generated university."""

from datetime import timedelta

from odoo.tools import SQL


def record(env):
    """Figures that no record holds, targets, medians of peers, budgets, limited seats,
    topics, interests, improvements, follow-ups and accounts of the portal. The same
    ones at every call."""
    company = env.company
    periods = env["alumni.period"].search(
        [("company_id", "=", company.id)], order="date_start"
    )
    years = periods[-5:-1]
    people = env["res.partner"].search([("is_alumnus", "=", True)], order="id")
    _enter(env, years)
    _aim(env, years, company)
    _plan(env, years, company)
    _interest(env, people)
    _follow_up(env, people, periods)
    _open_accounts(env, people, years)
    _improve(env, years)
    _compare(env, years)
    _raise_funds(env, years)
    _let_in(env)
    purposes = env["alumni.consent.purpose"].search([], order="id")
    mailings = env["mailing.mailing"].search([("state", "=", "done")], order="id")
    for number, purpose in enumerate(purposes[:3]):
        mailings[number::4].alumni_purpose_id = purpose


def _enter(env, years):
    measures = env["alumni.measure"].search([("source", "=", "entry")], order="id")
    schools = env["alumni.school"].search([], order="id", limit=2)
    parts = (
        {"breakdown": "total"},
        *({"breakdown": "school", "school_id": school.id} for school in schools),
    )
    # What is hired, enrolled ... is never more than those it is a part of.
    wholes = ("diplomas", "seats_all", "respondents_employed", "applicants_referred")
    env["alumni.measure.entry"].create(
        [
            {
                "measure_id": measure.id,
                "period_id": period.id,
                "amount": (9000 if measure.code in wholes else 20 + number)
                / (1 + place),
                "evidence": "Annual report",
                **part,
            }
            for number, measure in enumerate(measures)
            for period in years
            for place, part in enumerate(parts)
        ]
    )


def _aim(env, years, company):
    """Targets need the values that they are set on."""
    years._refresh_values(force=True)
    values = env["alumni.indicator.value"].search(
        [
            ("indicator_id.code", "in", [f"ENG-{code}" for code in range(14, 20)]),
            ("period_id", "in", years.ids),
            ("breakdown", "in", ("total", "school")),
            ("state", "=", "computed"),
        ],
        order="id",
    )
    env["alumni.target"].create(
        [
            {
                "indicator_id": value.indicator_id.id,
                "period_id": value.period_id.id,
                "part_id": value.id,
                "expected": round(value.value * 1.1, 2) + 1,
            }
            for value in values
        ]
    )
    env["alumni.peer.median"].create(
        [
            {
                "indicator_id": indicator.id,
                "year": period.date_end.year,
                "median": 12,
                "institution_count": 5 + number,
                "evidence": "Published comparison",
                "company_id": company.id,
            }
            for period in years
            for number, indicator in enumerate(
                env["alumni.indicator"].search(
                    [("code", "in", ("ENG-15", "ENG-05", "GIV-02"))], order="id"
                )
            )
            if not indicator.series
        ]
    )


def _plan(env, years, company):
    programmes = env["alumni.programme"].search(
        [("company_id", "=", company.id)], order="id"
    )
    for programme, period in zip(programmes, years, strict=False):
        programme.write(
            {
                "budget_amount": 1000,
                "date_start": period.date_start - timedelta(days=900),
                "date_end": period.date_end - timedelta(days=30),
            }
        )
    events = env["event.event"].search([("company_id", "=", company.id)], order="id")
    events[::2].write({"seats_limited": True, "seats_max": 12})
    topic, other = env["alumni.interest"].create([{"name": "Law"}, {"name": "Arts"}])
    below = env["alumni.interest"].create(
        {"name": "Human rights", "parent_id": topic.id}
    )
    events[::3].write({"alumni_topic_ids": [(6, 0, (topic + other).ids)]})
    events[1::3].write({"alumni_topic_ids": [(6, 0, below.ids)]})


def _interest(env, people):
    interests = env["alumni.interest"].search(
        [("name", "in", ("Law", "Human rights"))], order="id"
    )
    people[::5].write({"alumni_interest_ids": [(4, interests[0].id)]})
    people[1::7].write({"alumni_interest_ids": [(4, interests[1].id)]})


def _follow_up(env, people, periods):
    activities = env["mail.activity"].create(
        [
            {
                "res_model_id": env["ir.model"]._get_id("res.partner"),
                "res_id": person.id,
                "date_deadline": period.date_start + timedelta(days=20 + number),
                "user_id": env.user.id,
                "summary": "Thank",
            }
            for period in periods
            for number, person in enumerate(people[:9])
        ]
    )
    for number, activity in enumerate(activities):
        if number % 3:
            activity.write(
                {
                    "active": False,
                    "date_done": activity.date_deadline
                    + timedelta(days=1 if number % 3 == 2 else -1),
                }
            )


def _open_accounts(env, people, years):
    """Accounts of the portal, some of them before the end of studies or soon after,
    and when their owners logged in: moments that only the database can put in the
    past."""
    owners = people.filtered(lambda person: not person.user_ids and person.active)[::12]
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": person.name,
                    "login": f"portal-{person.id}",
                    "partner_id": person.id,
                    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
                }
                for person in owners
            ]
        )
    )
    env.flush_all()
    moments = [period.date_start + timedelta(days=100) for period in years]
    for number, user in enumerate(users):
        award = user.partner_id.alumni_first_award_date or moments[0]
        opened = award + timedelta(days=90 if number % 2 else 300)
        env.cr.execute(
            "UPDATE res_users SET create_date = %s WHERE id = %s", [opened, user.id]
        )
        if number % 4:
            env.cr.execute(
                "INSERT INTO res_users_log (create_uid, create_date)"
                " SELECT %s, unnest(%s::timestamp[])",
                [user.id, moments[: 1 + number % 4]],
            )
    env.invalidate_all()


def _raise_funds(env, years):
    """What asking for gifts costs, and thanks in time and late."""
    programme = env["alumni.programme"].create(
        {"name": "Annual fund", "code": "fund", "programme_type": "fundraising"}
    )
    env["alumni.cost.line"].create(
        [
            {
                "programme_id": programme.id,
                "name": "Letters",
                "date": period.date_start + timedelta(days=60),
                "amount": 250 + number,
                "state": "validated",
            }
            for number, period in enumerate(years)
        ]
    )
    gifts = env["alumni.gift"].search([("state", "=", "received")], order="id")
    for number, gift in enumerate(gifts[::40]):
        gift.thanked_date = gift.date + timedelta(days=number % 15)


def _let_in(env):
    """People who come to the door: registered, by the clock of the database, once the
    event had begun."""
    env.flush_all()
    env.cr.execute(
        """
        UPDATE event_registration seat SET create_date = event.date_begin + '1 hour'
          FROM event_event event
         WHERE event.id = seat.event_id AND seat.state = 'done'
           AND NOT EXISTS (
                SELECT FROM alumni_invitation invitation
                 WHERE invitation.event_id = seat.event_id
                   AND invitation.partner_id = seat.attendee_id)
        """
    )
    env.invalidate_all()
    env["alumni.funnel"]._refresh(SQL("TRUE"))


def _compare(env, years):
    """Benchmark files, some of whose cells were hidden."""
    export = env["alumni.benchmark.export"].create({"name": "Peers"})
    env["alumni.benchmark.run"].create(
        [
            {
                "export_id": export.id,
                "state": state,
                "date": period.date_start + timedelta(days=50),
                "cell_count": 100 + number,
                "hidden_count": 10 * number,
            }
            for number, period in enumerate(years, 1)
            for state in ("done", "done", "failed")
        ]
    )


def _improve(env, years):
    programme = env["alumni.programme"].search([], order="id", limit=1)
    for period in years:
        for state in ("accepted", "done", "done", "refused"):
            improvement = env["alumni.improvement"].create(
                {
                    "name": "Invite earlier",
                    "programme_id": programme.id,
                    "date": period.date_start,
                    "date_deadline": period.date_end,
                }
            )
            improvement.state = state
            if state != "refused":
                improvement.accepted_date = period.date_start + timedelta(days=30)
