"""Random events and pins; no two on one cell or actor in one period."""

from world_columns import draw_factor, draw_value


def cell_address(table, ident, column):
    return "scenario." + column if table == "scenario" else ".".join((table, ident, column))


def add_events(m, cells, prefix="e"):
    """Up to five events with up to three effects each; returns and appends the rows."""
    rows = []
    for k in range(m.rand.choice((0, 0, 1, 2, 3, 5))):
        rows += make_event(m, "%s%d" % (prefix, k), cells)
    m.tables.setdefault("events", []).extend(rows)
    return rows


def make_event(m, ident, cells):
    probability = m.rand.choice(("", 1, 0, 0.5, 0.3, 0.8))
    rows = []
    for _ in range(m.rand.randint(1, 3)):
        period = m.calendar.event_period()
        parameter, value = make_effect(m, cells, period)
        if (parameter, period) in m.taken:
            continue
        m.taken.add((parameter, period))
        rows.append(dict(id=ident, date=m.calendar.text(period), parameter=parameter,
                         value=value, probability=probability if not rows else
                         m.rand.choice((probability, ""))))
    return rows


def make_effect(m, cells, period):
    kind = m.rand.random()
    if kind < 0.2:
        return "us.regime", m.rand.choice(m.us)
    if kind < 0.4:
        return "cn.stance", m.rand.choice(m.cn)
    if kind < 0.48:
        return "incidents", m.rand.choice((1, 2, 3))
    table, ident, column = m.rand.choice(cells)
    if m.chance(0.5):
        value = "*%r" % draw_factor(m.rand, table, column)
    else:
        value = draw_value(m.rand, table, column)
        if column == "capacity_units_per_year" and m.chance(0.2):
            value = 0
    return cell_address(table, ident, column), value


def add_pins(m):
    """Appends pins to the table of the world and returns them."""
    rows = []
    for _ in range(m.rand.choice((0, 0, 0, 1, 2, 4))):
        actor = m.rand.choice(("us", "cn"))
        period = m.rand.randint(0, m.calendar.steps - 1)
        if ("pin " + actor, period) in m.taken:
            continue
        m.taken.add(("pin " + actor, period))
        states = m.us if actor == "us" else m.cn
        state = "free" if m.chance(0.25) else m.rand.choice(states)
        rows.append(dict(date=m.calendar.text(period), actor=actor, state=state))
    m.rand.shuffle(rows)
    m.tables.setdefault("pins", []).extend(rows)
    return rows
