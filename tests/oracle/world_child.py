"""Child folders of a random world: patches, factors, `none`, removals, priors anew, `--set`."""

from world_columns import draw_factor, draw_prior, draw_value
from world_events import add_events, add_pins, cell_address

KEY_COLUMNS = {"us_rates": ("from", "to"), "cn_rates": ("from", "to"),
               "installed": ("buyer", "option"), "tastes": ("buyer", "option")}
NAMES = ("base", "middle", "scenario")


def add_children(m, cells):
    """Folder name -> tables, the leaf called scenario; and options for the command line."""
    levels = m.rand.choice((0, 0, 1, 1, 2))
    folders = {}
    chain = ["scenario"] if levels == 0 else ["base", "scenario"] if levels == 1 else list(NAMES)
    folders[chain[0]] = m.tables
    for parent, name in zip(chain, chain[1:]):
        folders[name] = make_child(m, cells, parent, name)
    return folders, command_line(m, cells)


def alive(m, cells):
    """Cells that no folder so far has made blank or removed."""
    return [cell for cell in cells if cell not in m.blanked
            and (cell[0], cell[1]) not in m.removed]


def make_child(m, cells, parent, name):
    child = {"scenario": [dict(key="base", value="../" + parent),
                          dict(key="title", value="child of " + parent)]}
    usable = alive(m, cells)
    for cell in m.rand.sample(usable, min(len(usable), m.rand.randint(1, 10))):
        patch(m, child, *cell)
    for cell in m.prior_cells:
        if m.chance(0.3) and cell in usable:
            patch(m, child, *cell)
    blanks(m, child)
    renew_priors(m, child)
    reorder_regimes(m, child)
    change_pairs(m, child)
    remove_event(m, child)
    fresh = own_rows(m, "events", add_events, alive(m, cells), "c_" + name[0])
    if fresh:
        child.setdefault("events", []).extend(fresh)
    pins = own_rows(m, "pins", add_pins)
    if pins:
        child["pins"] = pins
    return child


def own_rows(m, table, add, *arguments):
    """New rows of a table that belong to the child, not to the base."""
    before = len(m.tables[table])
    rows = add(m, *arguments)
    del m.tables[table][before:]
    return rows


def remove_event(m, child):
    """An event of the base that has one row and no prior."""
    rows = m.tables["events"]
    ids = [row["id"] for row in rows]
    for row in rows:
        ident = row["id"]
        if (ids.count(ident) == 1 and ("events", ident, "probability") not in m.prior_cells
                and ("events", ident) not in m.removed and m.chance(0.15)):
            m.removed.add(("events", ident))
            child.setdefault("events", []).append(dict(row, id="!" + ident))


def row_of(child, table, ident):
    """The child's row of a key, made when it is not there yet."""
    rows = child.setdefault(table, [])
    if table == "scenario":
        key = {"key": ident}
    elif table in KEY_COLUMNS:
        key = dict(zip(KEY_COLUMNS[table], ident.split("/")))
    else:
        key = {"id": ident}
    for row in rows:
        if all(row.get(name) == value for name, value in key.items()):
            return row
    rows.append(key)
    return key


def patch(m, child, table, ident, column):
    """A nearer value or a factor on what is inherited."""
    if m.chance(0.5):
        value = draw_value(m.rand, table, column)
    else:
        value = "*%r" % draw_factor(m.rand, table, column)
    name = column if table == "scenario" else ident
    row_of(child, table, name)["value" if table == "scenario" else column] = value


def blanks(m, child):
    """`none` where a blank has a meaning; not on cells that priors or events name."""
    named = {row["parameter"] for row in m.tables.get("events", [])}
    named |= set(m.prior_cells.values())
    named |= {parameter for parameter, _ in m.taken}
    for j in m.goods:
        for column, possible in (
                ("owner", True), ("network_factor", True), ("available_from", True),
                ("us_shipments_units_per_year", m.klass[j] == "foreign"),
                ("capacity_units_per_year", not (m.hbm and m.klass[j] == "domestic"))):
            if possible and m.chance(0.04) and "options.%s.%s" % (j, column) not in named:
                row_of(child, "options", j)[column] = "none"
                m.blanked.add(("options", j, column))


def renew_priors(m, child):
    """Some priors given anew, some removed (not if correlated: still named there)."""
    rows = []
    for (table, ident, column), name in list(m.prior_cells.items()):
        if m.chance(0.2):
            fresh = draw_prior(m.rand, table, column)
            empty = {key: "none" for key in ("low", "mode", "high", "credibility", "values",
                                             "scale")}
            rows.append(dict(empty, **{k: v for k, v in fresh.items() if v != ""},
                             parameter=name))
        elif name not in m.correlated and m.chance(0.1):
            rows.append(dict(parameter="!" + name))
            del m.prior_cells[table, ident, column]
    if rows:
        child["priors"] = rows


def reorder_regimes(m, child):
    """A child that names all regimes sets their order anew."""
    for table, names in (("us_regimes", m.us), ("cn_stances", m.cn)):
        if m.chance(0.15):
            rows = [row_of(child, table, name) for name in names]
            m.rand.shuffle(rows)
            child[table] = rows


def change_pairs(m, child):
    """New rates, and stocks or tastes removed, where nothing else names the table."""
    named = " ".join([row["parameter"] for row in m.tables.get("events", [])]
                     + [parameter for parameter, _ in m.taken] + list(m.prior_cells.values()))
    for table in ("tastes", "installed"):
        rows = m.tables.get(table, [])
        if rows and table + "." not in named and table not in child and m.chance(0.3):
            gone = rows.pop()
            rows.append(gone)       # the base keeps the row
            key = dict(buyer="!" + gone["buyer"], option=gone["option"])
            if (table, gone["buyer"] + "/" + gone["option"]) not in m.removed:
                m.removed.add((table, gone["buyer"] + "/" + gone["option"]))
                child.setdefault(table, []).append(key)
    for table, names in (("us_rates", m.us), ("cn_rates", m.cn)):
        if len(names) > 1 and m.chance(0.4):
            a, b = m.rand.sample(names, 2)
            row_of(child, table, a + "/" + b)["rate_per_year"] = \
                draw_value(m.rand, table, "rate_per_year")


def command_line(m, cells):
    """Options for both programs: `--set` of values, factors and wildcards, uncertainty off."""
    out = []
    usable = alive(m, cells)
    for _ in range(m.rand.choice((0, 0, 0, 1, 3))):
        table, ident, column = m.rand.choice(usable)
        kind = m.rand.random()
        if kind < 0.4:
            text = "%s=%r" % (cell_address(table, ident, column),
                              draw_value(m.rand, table, column))
        else:
            wild = kind > 0.7 and table != "scenario" and "/" not in ident
            text = "%s*=%r" % (cell_address(table, "*" if wild else ident, column),
                               draw_factor(m.rand, table, column))
        out += ["--set", text]
    events = [row["id"] for row in m.tables["events"] if ("events", row["id"]) not in m.removed]
    if events and m.chance(0.2):
        event = m.rand.choice(events)
        out += ["--set", "events.%s.probability=%r" % (event, m.rand.choice((0, 0.4, 1)))]
    if m.chance(0.15):
        out += ["--uncertainty", "off"]
    return out
