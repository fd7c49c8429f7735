"""The tables of the files that people bring, whatever program has saved them: bytes → tables of
cells, with one set of limits for all of them. Pure: nothing here knows what a table is about."""
