"""What pupils and parents see (2.11), and the printed report for those who apply (2.12).

The week and the grades of a pupil (`queries.week`); applications, the duty to print in every seven
days, batches drawn by the worker and handed out. `fitting` lays a report out on one page.
"""
