"""Querysets that are built and compiled once.

Building a queryset and compiling it takes Django several times as long as PostgreSQL needs to
answer. The few reads that stand behind every cell save and every grid are therefore compiled at
their first use and from then on only given their values.
"""

from django.db import connection
from django.db.models.expressions import Value


class Given(Value):
    """Stands in a Compiled queryset for the value of that name, known only when it is called."""

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Compiled:
    """Decorates a function that takes nothing and returns a `values_list` queryset with a Given for
    every name; what is called then takes these names and returns the rows, as tuples."""

    def __init__(self, build):
        self.build = build
        self.sql = None

    def _compile(self):
        compiler = self.build().query.get_compiler(connection=connection)
        sql, self.params = compiler.as_sql()
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        self.compiler = compiler
        self.sql = sql  # last: another thread may be looking

    def __call__(self, **given):
        if self.sql is None:
            self._compile()
        params = [
            connection.ops.adapt_unknown_value(given[param.value])
            if isinstance(param, Given)
            else param
            for param in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
