from ..common import AlumniKpiCommon


class ClosingCommon(AlumniKpiCommon):
    """A period with people who gave, mentored, died, or cannot be reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model, _count in cls.env["alumni.closing.check"]._pending_jobs():
            for work in cls.env[model].search([("state", "!=", "done")]):
                work._run_now()
        cls.period = cls._period(2024)
        cls.ada, cls.bob, cls.cid = (cls._alumnus() for _i in range(3))
        cls.eve = cls._alumnus(award="2012-07-01", school=cls.arts, degree=cls.master)
        cls.gift = cls._gift(cls.ada, amount=100)
        cls._participation(cls.bob, hours=2.5)
        cls._settle()

    def _frozen(self, period=None):
        return super()._frozen(period or self.period)
