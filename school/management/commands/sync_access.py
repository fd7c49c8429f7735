from django.core.management.base import BaseCommand

from ...projection import sync


class Command(BaseCommand):
    help = "Переписать права по фактам: роли, нагрузка, классное руководство, родители, замены."

    def handle(self, *args, **options):
        added, removed = sync()
        self.stdout.write(f"Прав добавлено: {added}, снято: {removed}.")
