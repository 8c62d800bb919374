from ..reports.common import ActionCommon


class IndicatorCommon(ActionCommon):
    """The values of one period, as a dict."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before, cls.period = cls._period(2023), cls._period(2024)

    def _values(self, breakdown="total", part="", period=None):
        """``{code: value}``, with the variant behind the code where there are
        several, of one part of a breakdown.

        :param part: a record, or a key
        """
        self._settle()
        period = period or self.period
        period._refresh_values()
        key = part if isinstance(part, str) else str(part.id)
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("breakdown", "=", breakdown),
                ("key", "=", key),
            ]
        )
        return {
            " ".join(filter(None, [value.code, value.indicator_id.variant])): value
            for value in values
        }

    @classmethod
    def _enter(cls, measure, amount, **values):
        """A figure entered by hand."""
        return cls.env["alumni.measure.entry"].create(
            {
                "measure_id": cls.env.ref(f"alumni_kpi.measure_{measure}").id,
                "period_id": cls.period.id,
                "amount": amount,
                "evidence": "Report",
                **values,
            }
        )

    def assertValues(self, expected, breakdown="total", part="", period=None):
        """Figures to the second decimal, or the reason why there is none."""
        values = self._values(breakdown, part, period)
        for code, figure in expected.items():
            with self.subTest(code, breakdown=breakdown):
                value = values[code]
                if isinstance(figure, str):
                    self.assertEqual(value.missing_reason, figure)
                else:
                    self.assertFalse(value.missing_reason)
                    self.assertAlmostEqual(value.value, figure, 2)
                    self.assertTrue(value.display_value)

    def assertOpens(self, records, code, breakdown="total", part=""):
        """Opening a figure shows these records."""
        action = self._values(breakdown, part)[code].action_open_people()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, records)
