"""The school: who is who, and what is when.

People, classes, teaching groups, journals and their assignments, the calendar, bells and lessons,
in `models`. `access` says who may do what, by the `rights` that `projection` writes down; `queries`
reads who belongs where and whose a duty is; `printing` draws PDFs. Knows none of the apps above.
"""
