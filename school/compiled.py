"""Querysets that are built and compiled once and, on PostgreSQL, planned once.

Building a queryset, compiling it and planning its joins takes several times as long as looking up
the few rows it asks for. The reads that stand behind every cell save and every grid therefore pay
for that at their first use; from then on they are only given their values.

PostgreSQL plans them once because psycopg prepares what a server-side cursor executes, by the
protocol and not by SQL's PREPARE: a pooler that hands out transactions can follow it.
"""

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import Value
from django.db.models.query import get_related_populators
from psycopg import Cursor


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
    """Decorates a function that takes nothing and returns a queryset with a Given for every name;
    what is called then takes these names and returns the rows, as tuples, or by `instances` what a
    queryset of models gives. Names that the queryset does not ask for are ignored."""

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

    def instances(self, **given):
        """The model's instances, with what the queryset annotates and `select_related` names."""
        rows = self(**given)
        select, of_model = self.compiler.select, self.compiler.klass_info
        own = slice(of_model["select_fields"][0], of_model["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in select[own]]
        populators = get_related_populators(of_model, select, DEFAULT_DB_ALIAS)
        found = []
        for row in rows:
            instance = of_model["model"].from_db(DEFAULT_DB_ALIAS, names, row[own])
            for populator in populators:
                populator.populate(row, instance)
            for name, place in self.compiler.annotation_col_map.items():
                setattr(instance, name, row[place])
            found.append(instance)
        return found
