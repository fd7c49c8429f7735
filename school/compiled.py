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
    every name; what is called then takes these names and returns the rows, as tuples. Names that
    the queryset does not ask for are ignored."""

    def __init__(self, build):
        self.build = build
        self.name = f"{build.__name__.strip('_')}_{next(_numbers)}"
        self.sql = None

    def _compile(self):
        compiler = self.build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self.names = list(dict.fromkeys(p.value for p in params if isinstance(p, Given)))
        self.constants = [param for param in params if not isinstance(param, Given)]
        self.numbered = sql % tuple(
            f"${self.names.index(param.value) + 1}" if isinstance(param, Given) else "%s"
            for param in params
        )
        self.execute = f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.names))})"
        self.params = params
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        self.compiler = compiler
        self.sql = sql  # last: another thread may be looking

    def __call__(self, **given):
        if self.sql is None:
            self._compile()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                prepared = _prepared.setdefault(connection.connection, set())
                if self.name not in prepared:
                    cursor.execute(f"PREPARE {self.name} AS {self.numbered}", self.constants)
                    prepared.add(self.name)
                cursor.execute(self.execute, [given[name] for name in self.names])
            else:
                adapt = connection.ops.adapt_unknown_value
                params = [adapt(given[p.value]) if isinstance(p, Given) else p for p in self.params]
                cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
