"""Personal cards of the demo's pupils."""

import datetime
from random import Random

from school.models import EnrolmentOrder, HealthRecord, StudentCard
from school.models.history import create_with_history

STREETS = ("Советская", "Садовая", "Школьная", "Лесная", "Заречная", "Мира", "Набережная")
PROGRAMMES = ("АООП ООО, вариант 5.2", "АООП ООО, вариант 6.2", "АООП ООО, вариант 7.2")
NOTES = ("", "", "", "Аллергия на орехи", "Очки, первая парта", "Освобождён от лыжной подготовки")


def write(pupils_of, year, seed):
    """A card and an order for every pupil, a health record for one in three. Has a `Random` of its
    own: the rest of the school stays as it was without cards."""
    random = Random(f"cards {seed}")
    cards, orders, records = [], [], []
    for school_class, students in pupils_of.items():
        for student in students:
            born = datetime.date(year.starts_on.year - school_class.number - 6, 1, 1)
            cards.append(
                StudentCard(
                    student=student,
                    born_on=born + datetime.timedelta(days=random.randint(0, 364)),
                    address=f"г. Тверь, ул. {random.choice(STREETS)}, {random.randint(1, 90)}",
                    programme=random.choice(PROGRAMMES),
                    contacts=f"мама +7 900 {random.randint(100, 999)}-{random.randint(10, 99)}-00",
                )
            )
            orders.append(
                EnrolmentOrder(
                    student=student,
                    kind=EnrolmentOrder.Kind.ENROL,
                    number=f"{random.randint(20, 60)}-у",
                    signed_on=year.starts_on - datetime.timedelta(days=random.randint(2, 30)),
                    text=f"зачислить в {school_class} класс",
                )
            )
            if random.random() < 0.33:
                group = random.choice(HealthRecord.Group.values[:3])
                notes = random.choice(NOTES)
                records.append(HealthRecord(student=student, group=group, notes=notes))
    for model, rows in ((StudentCard, cards), (EnrolmentOrder, orders), (HealthRecord, records)):
        create_with_history(model, rows)
