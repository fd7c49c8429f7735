"""manage.py drop_second_factor LOGIN: for who has lost phone and spare codes."""

from django.core.management.base import BaseCommand, CommandError

from journal_site.factor_actions import drop
from school.models import User


class Command(BaseCommand):
    help = "Снять второй шаг при входе у того, кто потерял телефон и запасные коды"

    def add_arguments(self, parser):
        parser.add_argument("login", help="логин")

    def handle(self, *args, login, **options):
        try:
            user = User.objects.get_by_natural_key(login)
        except User.DoesNotExist:
            raise CommandError(f"Логина «{login}» нет.") from None
        if not drop(user):
            raise CommandError(f"У {user} второго шага нет.")
        self.stdout.write(f"Второй шаг снят: {user}. Его входы закрыты, в истории это записано.")
