"""A temporary journal of the small school as a teacher fills it, with openpyxl."""

import datetime
import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from school.models import Journal, Outage
from tempjournal.actions.outages import record_outage
from tempjournal.queries.packets import papers
from tempjournal.xlsx import write as sheets
from tests.world import day

TITLE = "Временный классный журнал 5А класса (Школа-интернат № 1) на 2026/2027 учебный год"
FIRST_ROW = 9  # of the pupils and of the facing page
COLUMNS = "DEFGHIJKLMNOPQRSTUVWXYZ"


def outage(w, starts=(23, 9), ends=(25, 11)):
    """A recorded Outage of November 2026 from a (day, hour) in Moscow to another."""
    found = [
        datetime.datetime(2026, 11, number, hour - 3, tzinfo=datetime.UTC)
        for number, hour in (starts, ends)
    ]
    made = Outage(starts_at=found[0], ends_at=found[1], reason="Авария у провайдера")
    record_outage(made, w.deputy)
    return made


class Paper:
    """The downloaded XLSX of some journals for 23–27 November, opened."""

    def __init__(self, *journals):
        found = Journal.objects.filter(pk__in=[one.pk for one in journals])
        self.papers = papers(found, day(11, 23), day(11, 27))
        self.book = load_workbook(BytesIO(sheets.class_workbook(self.papers, TITLE)))

    def sheet(self, journal):
        place = [one.journal.pk for one in self.papers].index(journal.pk)
        return self.book.worksheets[place]

    def where(self, lesson, student):
        """«D9»: the cell of marks."""
        paper = next(one for one in self.papers if one.journal.pk == lesson.journal_id)
        down = [pk for pk, _ in paper.pupils].index(student.pk)
        return f"{self.column(lesson)}{FIRST_ROW + down}"

    def column(self, lesson):
        paper = next(one for one in self.papers if one.journal.pk == lesson.journal_id)
        return COLUMNS[[one.pk for one in paper.lessons].index(lesson.pk)]

    def mark(self, lesson, student, text):
        self.sheet(lesson.journal)[self.where(lesson, student)] = text
        return self

    def write(self, lesson, topic=None, homework=None):
        """On the facing page."""
        paper = next(one for one in self.papers if one.journal.pk == lesson.journal_id)
        row = FIRST_ROW + [one.pk for one in paper.lessons].index(lesson.pk)
        sheet = self.sheet(lesson.journal)
        heads = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
        sheet.cell(row, heads[sheets.TOPIC]).value = topic
        sheet.cell(row, heads[sheets.HOMEWORK]).value = homework
        return self

    def content(self):
        file = BytesIO()
        self.book.save(file)
        return file.getvalue()


def filled_maths(w):
    """5А's mathematics with marks, an absence, a topic and homework."""
    paper = Paper(w.maths)
    paper.mark(w.lesson, w.ivanov, "5").mark(w.lesson, w.petrova, "н")
    paper.mark(w.substituted, w.ivanov, "4/5")
    return paper.write(w.lesson, "Сложение дробей", "§ 12")


def send(client, outage, content, name="5А.xlsx"):
    """The answer to the file being uploaded."""
    return client.post(
        f"/temp-journals/outages/{outage.pk}/transfer/",
        {"file": SimpleUploadedFile(name, content)},
    )


def saved_by(content, program):
    """The same XLSX, as another program says that it has saved it: «LibreOffice/24.2»."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/app.xml":
                part = part.replace(b"Microsoft Excel", program.encode())
            after.writestr(name, part)
    return file.getvalue()
