"""Mentoring and offers of graduates in the fictional university: requests, pairs that
an officer chose from what was proposed, their sessions, jobs and internships."""

from datetime import date, timedelta

from odoo.fields import Command

MENTORS = 34
"""Who offers to mentor, for 4,000 people."""
REQUESTS = {2025: 16, 2026: 26, 2027: 14}
"""Requests of the season that ends in a year, for 4,000 people."""
OFFERS = {2023: 8, 2024: 14, 2025: 18, 2026: 26, 2027: 9}

MATCH_DAYS = 60
"""Within how many days a mentor is found, at most."""

GOALS = (
    ("Find a first job in the region", "Trouver un premier emploi dans la région"),
    ("Prepare interviews in English", "Préparer des entretiens en anglais"),
    ("Choose between a doctorate and a job", "Choisir entre thèse et emploi"),
    ("Build a network in the profession", "Se faire un réseau dans le métier"),
    ("Start a business", "Créer une entreprise"),
)
TITLES = {
    "job": (
        ("Project manager", "Chef de projet"),
        ("Junior lawyer", "Juriste débutant"),
        ("Data analyst", "Analyste de données"),
        ("Laboratory engineer", "Ingénieur de laboratoire"),
        ("Head of communication", "Responsable de la communication"),
    ),
    "internship": (
        ("Internship in accounting", "Stage en comptabilité"),
        ("Internship in an archive", "Stage aux archives"),
        ("Internship in quality control", "Stage en contrôle qualité"),
        ("Internship in a law firm", "Stage en cabinet d'avocats"),
    ),
    "thesis": (
        ("Thesis on river ecology", "Mémoire sur l'écologie des rivières"),
        ("Thesis on heritage tourism", "Mémoire sur le tourisme patrimonial"),
    ),
    "project": (
        ("Survey for a town council", "Enquête pour une commune"),
        ("Website of a foundation", "Site d'une fondation"),
    ),
}
CITIES = ("Tours", "Orléans", "Paris", "Blois", "Nantes", "Chinon")


class NetworkSteps:
    """Steps of the load of the university."""

    def _said(self, english, french):
        return french if self.french else english

    def _young(self):
        """Those who graduated last: mentees and hires."""
        return (
            self.env["res.partner"]
            .search(
                [
                    ("is_alumnus", "=", True),
                    ("alumni_deceased", "=", False),
                    ("company_id", "in", (False, self.company.id)),
                ],
                order="alumni_first_award_date desc, id",
                limit=self._scaled(400),
            )
            .ids
        )

    def _load_mentoring(self):
        programme = self._programmes()["mentoring_day"]
        interests = self._interests()
        rng = self.rng
        times = ("available_day", "available_evening", "available_weekend")

        def terms(partner_id, known):
            own = set(
                self.env["res.partner"].browse(partner_id).alumni_interest_ids.ids
            )
            own |= set(rng.sample(interests.ids, min(known, len(interests))))
            return {
                "partner_id": partner_id,
                "programme_id": programme,
                "interest_ids": [Command.set(sorted(own))],
                "available_email": rng.random() < 0.5,
                **{name: rng.random() < 0.5 for name in times},
            }

        mentors = self._choose(self._active(), self._scaled(MENTORS))
        self.env["alumni.mentor"].create(
            [
                {
                    **terms(partner_id, 3),
                    "date_start": date(2024, 9, 1),
                    "capacity": rng.choice((1, 1, 2, 3)),
                }
                for partner_id in mentors
            ]
        )
        young = [
            partner_id for partner_id in self._young() if partner_id not in mentors
        ]
        rng.shuffle(young)
        for year, count in REQUESTS.items():
            for _number in range(self._scaled(count)):
                if young:
                    day = min(self._day_in(year), self.last_day)
                    request = self.env["alumni.mentoring.request"].create(
                        {**terms(young.pop(), 2), "date": day}
                    )
                    self._find_mentor(request)

    def _find_mentor(self, request):
        """The officer looks at what is proposed and asks the first or second one."""
        rng = self.rng
        mentors = self.env["alumni.mentor"]
        proposals = self.env.execute_query(mentors._select_proposals(request, 2))
        agreed = request.date + timedelta(days=rng.randint(5, MATCH_DAYS))
        if not proposals or rng.random() < 0.12:
            if agreed < self.last_day - timedelta(days=90):
                request.action_withdraw()
            return
        goals = self._said(*rng.choice(GOALS))
        pair = self.env["alumni.mentoring.pair"].create(
            {
                "request_id": request.id,
                "mentor_id": rng.choice(proposals)[1],
                "date_proposed": min(request.date + timedelta(days=3), self.last_day),
                "goals": goals,
            }
        )
        start = agreed + timedelta(days=rng.randint(3, 15))
        if agreed > self.last_day:
            return
        if rng.random() < 0.1:
            pair.write({"state": "declined", "declined_by": "mentor"})
            return
        pair.write({"state": "agreed", "date_agreed": agreed})
        if start > self.last_day:
            return
        pair.write({"state": "active", "date_start": start})
        end = start + timedelta(days=rng.randint(120, 300))
        over = end <= self.last_day
        sessions, day = [], start
        while day <= min(end, self.last_day + timedelta(days=45)):
            past = day <= self.last_day
            state = rng.choice(("held",) * 8 + ("cancelled", "missed"))
            sessions.append(
                {
                    "pair_id": pair.id,
                    "date": day,
                    "hours": rng.choice((1, 1, 1.5, 2)),
                    "mode": rng.choice(("online", "online", "person", "phone")),
                    "state": state if past else "scheduled",
                }
            )
            day += timedelta(days=rng.randint(20, 50))
        self.env["alumni.mentoring.session"].create(sessions)
        if over:
            pair.write(
                {
                    "state": "ended",
                    "date_end": end,
                    "end_reason": rng.choice(
                        ("completed",) * 6 + ("mentee", "contact", "mismatch")
                    ),
                    "result": rng.choice(
                        ("reached", "reached", "partly", "not_reached")
                    ),
                }
            )

    def _load_opportunities(self):
        programme = self._programmes()["recruitment"]
        schools = self.env["alumni.school"].search(
            [("company_id", "=", self.company.id)]
        )
        young = self._young()
        employers = sorted(
            set(self.env["res.partner"].browse(young).mapped("alumni_employer"))
            - {False}
        )
        pool = self._active()
        for year, count in OFFERS.items():
            for poster in self._choose(pool, self._scaled(count)):
                day = min(self._day_in(year), self.last_day)
                self._post_offer(poster, day, programme, schools, young, employers)

    def _post_offer(self, poster, day, programme, schools, young, employers):
        rng = self.rng
        partner = self.env["res.partner"].browse(poster)
        kind = rng.choice(
            ("job", "job", "internship", "internship", "thesis", "project")
        )
        deadline = day + timedelta(days=rng.randint(30, 75))
        if deadline > self.last_day - timedelta(days=30):
            # still open for whoever looks at it
            deadline += timedelta(days=75)
        offer = self.env["alumni.opportunity"].create(
            {
                "name": self._said(*rng.choice(TITLES[kind])),
                "opportunity_type": kind,
                "partner_id": poster,
                "employer": partner.alumni_employer or rng.choice(employers),
                "city": rng.choice(CITIES),
                "country_id": self.env.ref("base.fr").id,
                "remote": rng.choice(("no", "no", "partly", "yes")),
                "contact": "recrutement@example.org",
                "date_published": day,
                "date_deadline": deadline,
                "date_start": deadline + timedelta(days=30),
                "programme_id": programme,
                "school_ids": [
                    Command.set(rng.sample(schools.ids, min(len(schools), 2)))
                ]
                if rng.random() < 0.5
                else False,
                "positions": rng.choice((1, 1, 1, 2)),
            }
        )
        if deadline > self.last_day:
            return
        offer.write(
            {"application_count": rng.randint(1, 24), "application_date": deadline}
        )
        draw = rng.random()
        if draw < 0.5:
            hired = min(deadline + timedelta(days=rng.randint(5, 40)), self.last_day)
            who = rng.choice(young)
            self.env["alumni.hire"].create(
                {
                    "opportunity_id": offer.id,
                    "date": hired,
                    "partner_id": who
                    if rng.random() < 0.6 and who != poster
                    else False,
                }
            )
            offer.write({"closing": "filled", "date_closed": hired})
        elif draw < 0.65:
            offer.write({"closing": "withdrawn", "date_closed": deadline})
