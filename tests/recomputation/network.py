"""What people of the network do for and learn from each other, for a generated
university: mentoring, offers, learning, fairs, answers, ambassadors."""

from datetime import datetime, time, timedelta


def record(env):
    """The same records at every call, in the last five periods that are complete."""
    company = env.company
    periods = env["alumni.period"].search(
        [("company_id", "=", company.id)], order="date_start"
    )
    years = periods[-6:-1]
    people = env["res.partner"].search(
        [("is_alumnus", "=", True), ("alumni_deceased", "=", False)], order="id"
    )
    for number, person in enumerate(people[::9]):
        person.alumni_ambassador_stage = ("accepted", "active", "former")[number % 3]
    students = _students(env)
    _mentoring(env, years, people, students)
    _offers(env, years, people)
    _learning(env, years, people, students)
    _fairs(env, years, people)
    _barometer(env, years, people)


def _students(env):
    audience = env["alumni.audience"].search([("code", "=", "entering_student")])
    schools = env["alumni.school"].search([], order="id", limit=2)
    degree = env["alumni.degree"].search([], order="id", limit=1)
    students = env["res.partner"].create(
        [
            {
                "name": f"Student {number}",
                "email": f"student{number}@example.org",
                "alumni_audience_ids": [(6, 0, audience.ids)],
            }
            for number in range(80)
        ]
    )
    env["alumni.education"].create(
        [
            {
                "partner_id": student.id,
                "degree_id": degree.id,
                "school_id": schools[number % 2].id,
                "start_year": 2020,
                "state": "entering",
            }
            for number, student in enumerate(students)
        ]
    )
    return students


def _mentoring(env, years, people, students):
    programmes = env["alumni.programme"].create(
        [
            {"name": name, "code": name.lower(), "programme_type": "mentoring"}
            for name in ("Tutors", "Patrons")
        ]
    )
    mentors = env["alumni.mentor"].create(
        [
            {
                "partner_id": person.id,
                "programme_id": programmes[number % 2].id,
                "date_start": years[0].date_start,
                "date_end": years[-2].date_end if number % 5 == 4 else False,
                "capacity": 20,
            }
            for number, person in enumerate(people[:12])
        ]
    )
    for place, period in enumerate(years):
        for number, student in enumerate(students[14 * place : 14 * place + 14]):
            day = period.date_start + timedelta(days=40 + 3 * number)
            mentor = mentors[(number + place) % 7]
            request = env["alumni.mentoring.request"].create(
                {
                    "partner_id": student.id,
                    "programme_id": mentor.programme_id.id,
                    "date": day,
                }
            )
            if number % 7 == 6:
                request.date_withdrawn = day + timedelta(days=5)
                continue
            agreed = day + timedelta(days=(10, 30, 31)[number % 3])
            pair = env["alumni.mentoring.pair"].create(
                {
                    "mentor_id": mentor.id,
                    "request_id": request.id,
                    "date_proposed": day,
                    "date_agreed": agreed,
                    "date_start": agreed,
                    "state": "active",
                    "session_ids": [
                        (0, 0, {"date": when, "state": state, "hours": 1})
                        for when, state in (
                            (agreed + timedelta(days=9), "held"),
                            (agreed + timedelta(days=19), "missed"),
                            (period.date_end - timedelta(days=55 + number), "held"),
                        )
                    ],
                }
            )
            end = period.date_end + timedelta(days=number % 3 - 1)
            if number % 4 and end >= agreed:
                pair.write(
                    {
                        "state": "ended",
                        "date_end": end,
                        "end_reason": "completed",
                        "result": "reached",
                    }
                )
            else:
                pair.write(
                    {
                        "state": "ended",
                        "date_end": period.date_end - timedelta(days=20),
                        "end_reason": "completed",
                        "result": "reached",
                    }
                )
    env.flush_all()


def _offers(env, years, people):
    programme = env["alumni.programme"].create(
        {"name": "First jobs", "code": "jobs", "programme_type": "recruitment"}
    )
    kinds = ("job", "internship", "thesis", "project")
    for period in years:
        offers = env["alumni.opportunity"].create(
            [
                {
                    "name": "Offer",
                    "partner_id": person.id,
                    "employer": "Firm",
                    "opportunity_type": kinds[number % 4],
                    "programme_id": programme.id if number % 2 else False,
                    "date_published": period.date_start + timedelta(days=10 * number),
                }
                for number, person in enumerate(people[20:29])
            ]
        )
        env["alumni.hire"].create(
            [
                {
                    "opportunity_id": offer.id,
                    "date": offer.date_published + timedelta(days=20),
                }
                for offer in offers[1::4]
            ]
        )


def _event(env, day, hours, **values):
    begin = datetime.combine(day, time(8))
    return env["event.event"].create(
        {
            "name": f"Meeting of {day}",
            "date_begin": begin,
            "date_end": begin + timedelta(hours=hours),
            "date_tz": "UTC",
            **values,
        }
    )


def _attend(env, event, people):
    seats = env["event.registration"].create(
        [
            {
                "event_id": event.id,
                "partner_id": person.id,
                "attendee_id": person.id,
                "name": person.name,
                "state": "open",
            }
            for person in people
        ]
    )
    seats.write({"state": "done"})
    seats.write({"date_closed": event.date_end})


def _learning(env, years, people, students):
    programme = env["alumni.programme"].create(
        {
            "name": "Evening school",
            "code": "evening",
            "programme_type": "lifelong_learning",
        }
    )
    for period in years:
        for number, hours in enumerate((2, 3.5, 30)):
            day = period.date_start + timedelta(days=60 + 40 * number)
            event = _event(env, day, hours, programme_id=programme.id)
            _attend(env, event, people[30 + number : 45 + number] + students[:5])
            env["alumni.participation"].create(
                [
                    {
                        "partner_id": person.id,
                        "event_id": event.id,
                        "programme_id": programme.id,
                        "role": role,
                        "date": day,
                        "hours": 1.5,
                        "state": "done",
                    }
                    for person, role in (
                        (people[30 + number], "participant"),
                        (people[50], "speaker"),
                    )
                ]
            )
        env["alumni.participation"].create(
            [
                {
                    "partner_id": person.id,
                    "programme_id": programme.id,
                    "role": role,
                    "date": period.date_start + timedelta(days=90),
                    "hours": 2,
                    "state": "done",
                }
                for person, role in (
                    (students[8], "participant"),
                    (people[60], "participant"),
                    (people[61], "mentor"),
                )
            ]
        )


def _fairs(env, years, people):
    kind = env["alumni.event.kind"].search([("code", "=", "student_fair")])
    places = env["res.partner"].create(
        [
            {"name": name, "is_company": True, "country_id": env.ref(country).id}
            for name, country in (("Lyon hall", "base.fr"), ("Ghent hall", "base.be"))
        ]
    )
    for period in years:
        for number, place in enumerate(places):
            for which in range(2):
                day = period.date_start + timedelta(days=120 + 9 * number + which)
                fair = _event(env, day, 6, alumni_kind_id=kind.id, address_id=place.id)
                if number or which:
                    env["alumni.participation"].create(
                        {
                            "partner_id": people[70 + which].id,
                            "event_id": fair.id,
                            "role": "host",
                            "date": day,
                            "state": "done",
                        }
                    )


def _barometer(env, years, people):
    survey = env.ref("alumni_relations.survey_barometer")
    programme = env["alumni.programme"].search([("code", "=", "evening")])
    questions = survey.question_ids.filtered(
        lambda question: question.question_type == "scale"
    )
    for place, period in enumerate(years):
        for number, person in enumerate(people[80:110]):
            moment = datetime.combine(
                period.date_start + timedelta(days=150 + number), time(10)
            )
            answer = env["survey.user_input"].create(
                {
                    "survey_id": survey.id,
                    "partner_id": person.id,
                    "alumni_programme_id": programme.id if number % 3 else False,
                    "state": "done",
                    "end_datetime": moment,
                }
            )
            env["survey.user_input.line"].create(
                [
                    {
                        "user_input_id": answer.id,
                        "question_id": question.id,
                        "answer_type": "scale",
                        "value_scale": question.scale_min
                        + (number * 7 + which * 3 + place)
                        % (question.scale_max - question.scale_min + 1),
                    }
                    for which, question in enumerate(questions)
                ]
            )
