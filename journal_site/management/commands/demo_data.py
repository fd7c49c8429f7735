import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from journal_site.demo import school
from journal_site.demo.clock import standing_at
from school.models import User


class Command(BaseCommand):
    help = "Заполнить пустую базу правдоподобной школой; одни и те же данные при одних аргументах."

    def add_arguments(self, parser):
        parser.add_argument("--pupils", type=int, default=250)
        parser.add_argument("--weeks", type=int, help="сколько учебных недель года заполнить")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--today", type=datetime.date.fromisoformat)

    def handle(self, *, pupils, weeks, seed, today, verbosity, **options):
        if User.objects.exists():
            raise CommandError("В базе уже есть люди: пример заполняет только пустую базу.")
        if pupils < 30:
            raise CommandError("Меньше 30 учеников на два класса не хватит.")
        # A given day is taken up to two in the afternoon, the present one up to this minute.
        until = timezone.localtime()
        if today:
            until = timezone.make_aware(datetime.datetime.combine(today, datetime.time(14)))

        def tell(line):
            if verbosity:
                self.stdout.write(f"  {line}")
                self.stdout.flush()

        with standing_at(until):
            school.build(pupils, weeks, seed, until.date(), until, tell)
