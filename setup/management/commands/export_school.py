"""`manage.py export_school FILE`: the school as our own workbook, or as OneRoster (a .zip)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from school.queries.calendar import lasting_year

from ... import rosters
from ...exported import exported
from ...queries.roster import school_name
from ...queries.standing import standing
from ...workbooks import template, written


class Command(BaseCommand):
    help = "Записать школу в книгу XLSX, которую принимает import_school, или в OneRoster (.zip)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--template", action="store_true", help="пустая книга с пояснениями")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if options["template"]:
            file.write_bytes(template())
            return
        stands = standing(lasting_year(timezone.localdate()))
        if file.suffix.lower() == ".zip":
            file.write_bytes(rosters.written(stands, school_name()))
            return
        batch = exported(stands)
        file.write_bytes(written(batch))
        for kind, rows in batch.rows.items():
            self.stdout.write(f"{kind}: {len(rows)}")
