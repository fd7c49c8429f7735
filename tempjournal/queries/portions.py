"""What a packet is made of, class by class."""

import datetime
from typing import NamedTuple

from school.models import SchoolClass

from ..form import DaySheet, Paper, file_name, sheet_name, worth_having
from .day_sheets import day_sheets
from .packets import class_papers, sheet_days


class Portion(NamedTuple):
    """What of a packet is a class's: its Papers, and a DaySheet of each of the packet's first days
    on which it has lessons."""

    school_class: SchoolClass
    papers: list[Paper]
    sheets: list[DaySheet]

    @property
    def forms(self) -> list[str]:
        """What its full and its short forms are called."""
        short = [sheet_name(sheet.day, self.school_class) for sheet in self.sheets]
        return [file_name(self.school_class, "pdf"), *short]

    @property
    def names(self) -> list[str]:
        """What its files are called."""
        return [*self.forms, file_name(self.school_class, "xlsx")]


def packet_classes(first: datetime.date, last: datetime.date) -> list[Portion]:
    """The Portions, for the days first … last, of the classes that have any Papers."""
    sheets: dict[int, list[DaySheet]] = {}
    for day in sheet_days(first, last):
        for sheet in day_sheets(day):
            if sheet.lessons:
                sheets.setdefault(sheet.school_class.pk, []).append(sheet)
    found = [(one, worth_having(papers)) for one, papers in class_papers(first, last)]
    return [Portion(one, papers, sheets.get(one.pk, [])) for one, papers in found if papers]
