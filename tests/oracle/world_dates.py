"""Periods of a random world and the many ways to write their dates."""


class Calendar:
    def __init__(self, rand):
        self.rand = rand
        self.step = rand.choice(("quarter", "quarter", "month"))
        self.months = 3 if self.step == "quarter" else 1
        self.steps = rand.choice((1, 2, 4, 6, 8, 12))
        self.first = rand.randint(2023 * 12, 2026 * 12) // self.months
        self.levels = rand.choice((0, 0, -1, -3, -6, 1, 2))

    def text(self, period):
        """One of the spellings of a period counted from start."""
        month = (self.first + period) * self.months
        day = ""
        if self.months == 3:
            month += self.rand.randint(0, 2)
            if self.rand.random() < 0.6:
                return "%04dQ%d" % (month // 12, month % 12 // 3 + 1)
        elif month % 3 == 0 and self.rand.random() < 0.5:
            return "%04dQ%d" % (month // 12, month % 12 // 3 + 1)
        form = self.rand.choice(("-", "M", "day"))
        if form == "day":
            form, day = "-", "-%02d" % self.rand.randint(1, 28)
        return "%04d%s%02d%s" % (month // 12, form, month % 12 + 1, day)

    def launch_period(self):
        """At or before start, or after it and then not before the date of the levels."""
        period = self.rand.randint(-4, self.steps + 1)
        return max(period, self.levels) if period > 0 else period

    def event_period(self):
        return self.rand.choice((0, self.rand.randint(0, self.steps + 2),
                                 self.rand.randint(0, self.steps - 1)))
