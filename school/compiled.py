"""Querysets that are built and compiled once and, on PostgreSQL, planned once.

Building a queryset, compiling it and planning its joins takes several times as long as looking up
the few rows it asks for. The reads that stand behind every cell save and every grid therefore pay
for that at their first use; from then on they are only given their values.

PostgreSQL plans them once because psycopg prepares what a server-side cursor executes, by the
protocol and not by SQL's PREPARE: a pooler that hands out transactions can follow it.
"""

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import Value
from psycopg import Cursor


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


def preparing_cursor():
    """A cursor, counted and told of as Django's own; on PostgreSQL one that prepares (Django's
    bind their values in the client and never prepare)."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(Cursor(connection.connection))


class Compiled:
    """Decorates a function that takes nothing and returns a `values_list` queryset with a Given for
    every name; what is called then takes these names and returns the rows, as tuples. Names that
    the queryset does not ask for are ignored."""

    def __init__(self, build):
        self.build = build
        self.sql = None

    def _compile(self):
        compiler = self.build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = [
            param.value if isinstance(param, Given) else f"constant_{number}"
            for number, param in enumerate(params)
        ]
        self.params = dict(zip(names, params, strict=True))
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        self.compiler = compiler
        # Last: another thread may be looking.
        self.sql = sql % tuple(f"%({name})s" for name in names)

    def statement(self, **given):
        """(SQL, {name: value}) of the query with these values, to be a part of another one."""
        if self.sql is None:
            self._compile()
        adapt = connection.ops.adapt_unknown_value
        return self.sql, {
            name: adapt(given[name]) if isinstance(param, Given) else param
            for name, param in self.params.items()
        }

    def __call__(self, **given):
        with preparing_cursor() as cursor:
            cursor.execute(*self.statement(**given))
            rows = cursor.fetchall()
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
