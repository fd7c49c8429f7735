"""Querysets that are built, compiled and, on PostgreSQL, planned once.

Building a queryset, compiling it and planning its joins takes several times as long as looking up
the few rows it asks for. The reads that stand behind every cell save and every grid therefore pay
for that at their first use; from then on they are only given their values.

PREPARE belongs to a connection: a pooler between us and PostgreSQL must keep sessions whole.
"""

from itertools import count
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import Value

_numbers = count(1)
_prepared = WeakKeyDictionary()  # psycopg connection: names of the statements it has prepared


def columns(model, prefix=""):
    """What `values_list` takes to give all of a model's own columns."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def instance(model, values):
    """The model's instance from the values of its `columns`."""
    return model.from_db(DEFAULT_DB_ALIAS, columns(model), values)


class Given(Value):
    """Stands in a Compiled queryset for the value of that name, known only when it is called."""

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Compiled:
    """Decorates a function that takes nothing and returns a `values_list` queryset with a Given for
    every name; what is called then takes these names and returns the rows, as tuples."""

    def __init__(self, build):
        self.build = build
        self.name = f"{build.__name__.strip('_')}_{next(_numbers)}"
        self.sql = None

    def _compile(self):
        compiler = self.build().query.get_compiler(connection=connection)
        sql, self.params = compiler.as_sql()
        self.names = list(dict.fromkeys(p.value for p in self.params if isinstance(p, Given)))
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        self.compiler = compiler
        self.sql = sql  # last: another thread may be looking

    def __call__(self, **given):
        if self.sql is None:
            self._compile()
        given = {name: connection.ops.adapt_unknown_value(given[name]) for name in self.names}
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._execute_prepared(cursor, given)
            else:
                params = [given[p.value] if isinstance(p, Given) else p for p in self.params]
                cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]

    def _execute_prepared(self, cursor, given):
        prepared = _prepared.setdefault(connection.connection, set())
        if self.name not in prepared:
            constants = [param for param in self.params if not isinstance(param, Given)]
            cursor.execute(f"PREPARE {self.name} AS {self._numbered()}", constants)
            prepared.add(self.name)
        values = ", ".join(["%s"] * len(given))
        cursor.execute(f"EXECUTE {self.name} ({values})", list(given.values()))

    def _numbered(self):
        """The SQL with $1, $2 … for the names; constants keep their %s."""
        marks = [
            f"${self.names.index(p.value) + 1}" if isinstance(p, Given) else "%s"
            for p in self.params
        ]
        return self.sql % tuple(marks)
