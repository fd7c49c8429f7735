"""`manage.py import_school FILE …`: what files would change; `--apply` writes it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from school.models import Role, User

from ...actions.applying import apply_now
from ...actions.preparing import prepare
from ...actions.uploading import answer, bring, discard
from ...batch import KINDS
from ...changes import Review, State
from ...comparing.context import whence
from ...refusals import ImportRefused

STATES = {
    State.NEW: "новых",
    State.CHANGED: "изменённых",
    State.SAME: "без изменений",
    State.SIMILAR: "похожих",
    State.GONE: "исчезли",
}


class Command(BaseCommand):
    help = "Показать, что изменят файлы школы; с --apply записать."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--apply", action="store_true", help="записать")
        parser.add_argument("--user", help="логин того, кто загружает (иначе администратор)")
        parser.add_argument(
            "--answer", action="append", default=[], metavar="КЛЮЧ=ОТВЕТ", help="ответ на вопрос"
        )

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        one = None
        try:
            one = bring(
                [(path.name, path.read_bytes()) for path in files], _person(options["user"])
            )
            said = dict(text.split("=", 1) for text in options["answer"])
            answer(one, said, one.brought_by, remember=False)
            _, review = prepare(one)
        except (OSError, ValueError, ImportRefused) as error:
            if one:
                discard(one)
            raise CommandError(str(error)) from error
        self._tell(review)
        if not options["apply"]:
            discard(one)
            self.stdout.write("Ничего не записано: добавьте --apply.")
        elif not one.shown:
            discard(one)
            self.stdout.write("Записывать нечего.")
        elif apply_now(one, one.brought_by):
            one.refresh_from_db()
            for line in one.report["lines"]:
                if line["state"] == State.WRONG:
                    self.stdout.write(f"{line['where']} {line['who']}: {line['what']}")
            for note in one.report["notes"]:
                self.stdout.write(note)
            self.stdout.write(f"Записано: {one}, {one.report['seconds']} с.")
        else:
            raise CommandError(one.error)

    def _tell(self, review: Review) -> None:
        for kind, told in KINDS.items():
            counts = [f"{word} {review.count(kind, state)}" for state, word in STATES.items()]
            if review.of(kind):
                self.stdout.write(f"{told}: {', '.join(counts)}")
        for problem in review.problems:
            where = f"{problem.place.source.file}, {whence(problem.place)}"
            self.stdout.write(f"! {where}: «{problem.written}»: {problem.why} {problem.way_out}")
        for question in review.questions:
            options = ", ".join(f"{value} ({label})" for value, label in question.options[:8])
            self.stdout.write(f"? {question.key}: {question.told} {options}")
        for clash in review.clashes:
            self.stdout.write(f"~ {clash}")


def _person(login: str | None) -> User:
    found = User.objects.filter(username=login) if login else User.objects.filter(is_active=True)
    if not login:
        found = found.filter(roles__kind=Role.Kind.ADMIN) | found.filter(is_superuser=True)
    person = found.order_by("pk").first()
    if person is None:
        raise CommandError("Нет такой учётной записи: сначала createsuperuser, потом --user.")
    return person
