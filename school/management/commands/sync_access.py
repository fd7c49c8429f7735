from django.core.management.base import BaseCommand

from school import access


class Command(BaseCommand):
    help = "Переписать права по фактам: роли, нагрузка, классное руководство, родители, замены."

    def handle(self, *args, **options):
        added, removed = access.sync()
        self.stdout.write(f"Прав добавлено: {added}, снято: {removed}.")
