"""Reading scenario folders: inheritance, `none`, `*0.7`, `!` rows, `--set`, addresses.

A cell keeps its last given value apart from the factors given after it, because priors replace
the value and factors multiply whatever is there (interface, "What wins").
"""

import csv
import os
import re

from schema import KEYS, PAIR_TABLES


class Cell:
    """One cell after inheritance: text or None, the depth that gave it, later factors."""

    def __init__(self, text=None, depth=-1, factor=1.0):
        self.text, self.depth, self.factor = text, depth, factor

    def patch(self, text, depth, may_multiply=True):
        if text == "none":
            self.text, self.depth, self.factor = None, depth, 1.0
        elif text.startswith("*") and may_multiply:
            if self.text is None:
                raise ValueError("a factor on a blank cell")
            self.factor *= float(text[1:])
        else:
            self.text, self.depth, self.factor = text, depth, 1.0

    def number(self):
        return None if self.text is None else float(self.text) * self.factor


class Row:
    """Cells by column; `depth` is that of the nearest folder with a row for the key."""

    def __init__(self):
        self.cells, self.depth = {}, -1

    def cell(self, column):
        return self.cells.setdefault(column, Cell())

    def text(self, column, blank=None):
        cell = self.cells.get(column)
        return blank if cell is None or cell.text is None else cell.text

    def number(self, column):
        cell = self.cells.get(column)
        return None if cell is None else cell.number()


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    head = [name.strip() for name in rows[0]]
    return [dict(zip(head, (value.strip() for value in row))) for row in rows[1:]]


def folder_chain(leaf):
    """Folders from the root of the inheritance to the scenario itself."""
    chain = [leaf]
    while True:
        rows = read_csv(os.path.join(chain[0], "scenario.csv"))
        base = [row["value"] for row in rows if row["key"] == "base" and row["value"]]
        if not base:
            return chain
        if len(chain) > 8:
            raise ValueError("more than 8 levels of inheritance")
        chain.insert(0, os.path.normpath(os.path.join(chain[0], base[0])))


def key_of(table, row):
    key = tuple(row.get(name, "") for name in KEYS[table])
    return tuple(sorted(key)) if table == "correlations" else key


def merge(table, rows, file_rows, depth):
    """Patch `rows` (key -> Row, ordered) with the rows of one nearer file."""
    named = []
    for file_row in file_rows:
        first = KEYS[table][0]
        remove = file_row[first].startswith("!")
        if remove:
            file_row = dict(file_row, **{first: file_row[first][1:]})
        key = key_of(table, file_row)
        if remove:
            del rows[key]
            continue
        named.append(key)
        row = rows.setdefault(key, Row())
        row.depth = depth
        for column, text in file_row.items():
            if text == "" or column in ("note", "source"):
                continue
            # the factor of an event is the event's own text, not a patch of an inherited one
            plain = column in KEYS[table] or (table == "events" and column == "value")
            row.cell(column).patch(text, depth, may_multiply=not plain)
    if table in ("us_regimes", "cn_stances") and set(named) == set(rows):
        ordered = {key: rows[key] for key in named}
        rows.clear()
        rows.update(ordered)


class Tables:
    """All tables of a scenario after inheritance, with addresses."""

    def __init__(self, leaf):
        self.rows = {table: {} for table in KEYS}
        self.chain = folder_chain(leaf)
        for depth, folder in enumerate(self.chain):
            self.forget_titles()
            for table, rows in self.rows.items():
                path = os.path.join(folder, table + ".csv")
                if os.path.exists(path):
                    merge(table, rows, read_csv(path), depth)
        self.probability = self.event_probabilities()

    def forget_titles(self):
        for name in ("title", "description", "base"):
            self.rows["scenario"].pop((name,), None)

    def event_probabilities(self):
        """One probability for all rows of an event; a blank one is that of the others, else 1."""
        out = {}
        for (event, _, _), row in self.rows["events"].items():
            cell = row.cell("probability")
            if event not in out or (cell.text is not None and out[event].text is None):
                out[event] = cell
        for cell in out.values():
            if cell.text is None:
                cell.text = "1"
        return out

    def cell(self, table, key, column):
        if table == "events":
            return self.probability[key[0]]
        return self.rows[table][key].cell(column)

    def find(self, address, skip_blank=True):
        """(table, key, column) of every cell an address names, in table order."""
        table, rest = address.split(".", 1)
        if table == "scenario":
            ident, column = rest, "value"
        else:
            ident, column = rest.rsplit(".", 1)
        if "*" not in ident:
            return [(table, tuple(ident.split("/")), column)]
        pattern = re.compile(re.escape(ident).replace(r"\*", "[^/.]*"))
        keys = ([(name,) for name in self.probability] if table == "events"
                else list(self.rows[table]))
        found = [(table, key, column) for key in keys if pattern.fullmatch("/".join(key))]
        if not found:
            raise ValueError("no cell matches " + address)
        if skip_blank:
            found = [where for where in found if self.cell(*where).text is not None]
        return found

    def assign(self, text, depth):
        """One `--set ADDRESS=VALUE` or `ADDRESS*=FACTOR`."""
        address, value = text.split("=", 1)
        factor = address.endswith("*")
        address = address[:-1] if factor else address
        for table, key, column in self.find(address, skip_blank=factor):
            if table in PAIR_TABLES:
                self.add_pair(table, key)
            elif table == "scenario" and key not in self.rows["scenario"]:
                self.rows["scenario"][key] = Row()
            self.cell(table, key, column).patch("*" + value if factor else value, depth)

    def add_pair(self, table, key):
        """A pair without a row (a rate, stock or taste of 0) may be set."""
        if key not in self.rows[table]:
            row = self.rows[table][key] = Row()
            for name, text in zip(KEYS[table], key):
                row.cell(name).patch(text, -1)


def load_tables(leaf, sets=()):
    tables = Tables(leaf)
    for number, text in enumerate(sets):
        tables.assign(text, len(tables.chain) + number)
    return tables
