"""The journals: what is taught, and how it is marked (2.3–2.10, 4.1–4.3).

`cells` is the language of a cell, `averages`, `grading`, `indicators`, `dues` are the pure rules.
The grid and the pages read from `queries`; `actions` write: entries, grades, locks, remarks,
certificates. The watch (`actions.watch`) finds what is late by the `queries.duties`. `drawing`
joins the grid's HTML.
"""
