from django.core.management.base import BaseCommand

from ...actions.watch import sweep


class Command(BaseCommand):
    help = "Найти просроченные записи, как это делает контроль сроков каждые пять минут."

    def handle(self, *args, **options):
        self.stdout.write(f"Новых просроченных записей: {sweep()}.")
