from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = "Посещаемость"

    def ready(self):
        from school.kept import JOURNALS_OF

        from . import queries

        JOURNALS_OF.append(queries.journals_with_absences)
