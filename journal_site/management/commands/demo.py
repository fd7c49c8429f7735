import os
import signal
import socket
import subprocess
import time
from contextlib import suppress

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

LOGINS = """
  director      директор
  deputy        заместитель директора
  teacher       учитель математики
  classteacher  классный руководитель и учитель
  parent        мама двух учеников
  student       ученица
  admin         администратор системы
"""


class Command(BaseCommand):
    help = "Сайт с правдоподобной школой: база, веб-сервер, исполнитель и часы фоновых задач."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="начать заново")

    def handle(self, *, port, fresh, **options):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(f"Порт {port} занят: укажите другой, make demo PORT=…") from None
        if fresh:
            self.forget()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.fill()
        self.serve(port)

    def forget(self):
        """Only what this command made itself: an embedded database, its messages and files."""
        from journal_site.demo.forgetting import DATABASE, NotADemo, forget

        if str(settings.DATABASES["default"]["NAME"]) != str(settings.VAR_DIR / DATABASE):
            raise CommandError("FRESH=1 начинает заново только встроенную базу, без DATABASE_URL.")
        try:
            forget(settings.VAR_DIR)
        except NotADemo as error:
            raise CommandError(str(error)) from None

    def fill(self):
        from school.models import User

        if not User.objects.exists():
            self.stdout.write("Заполняем школу (около минуты):")
            call_command("demo_data", stdout=self.stdout)

    def serve(self, port):
        from journal_site.demo.slips import NEWCOMER, SLIP_PASSWORD

        environment = os.environ | {
            "BIND": f"127.0.0.1:{port}",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
            "WORKER_CONCURRENCY": "1",
            # A demo may be root's; in production the worker has a user of its own.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        }
        children = {
            name: subprocess.Popen(
                [settings.BASE_DIR / "scripts" / name], env=environment, start_new_session=True
            )
            for name in ("web", "worker", "beat")
        }
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self.await_port(port, children)
            self.stdout.write(f"\nЖурнал: http://127.0.0.1:{port}/   Остановить: Ctrl+C\n")
            self.stdout.write(f"Логины, пароль у всех demo-journal:\n{LOGINS}")
            self.stdout.write(
                f"Первый вход по листку, один раз: логин {NEWCOMER}, пароль {SLIP_PASSWORD}"
            )
            self.stdout.flush()
            while all(child.poll() is None for child in children.values()):
                time.sleep(0.5)
            stopped = [name for name, child in children.items() if child.poll() is not None]
            raise CommandError(f"Остановилось само: {', '.join(stopped)}.")
        except KeyboardInterrupt:
            self.stdout.write("Останавливаем.")
        finally:
            self.stop(children.values())

    def await_port(self, port, children):
        while all(child.poll() is None for child in children.values()):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.2)

    def stop(self, children):
        """Each child leads a group of its own: a Ctrl+C reaches it from here alone, it ends what it
        has begun, and nothing it started stays behind."""
        for child in children:
            child.terminate()
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=15)
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
