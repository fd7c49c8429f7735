from django.core.management.base import BaseCommand

from journals import deadlines


class Command(BaseCommand):
    help = "Найти просроченные записи, как это делает контроль сроков каждые пять минут."

    def handle(self, *args, **options):
        self.stdout.write(f"Новых просроченных записей: {deadlines.sweep()}.")
