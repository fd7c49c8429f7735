"""Classes, each with the teaching group of its pupils."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from school.models import SchoolClass, SchoolYear, TeachingGroup


@transaction.atomic
def create_classes(year: SchoolYear, names: Iterable[tuple[int, str]]) -> list[SchoolClass]:
    """Make the classes (number, letter) of a year; what stands is left. Returns the new ones."""
    stands = set(SchoolClass.objects.filter(year=year).values_list("number", "letter"))
    new = [name for name in dict.fromkeys(names) if name not in stands]
    return [create_class(year, number, letter) for number, letter in new]


@transaction.atomic
def create_class(
    year: SchoolYear, number: int, letter: str, class_teacher_id: int | None = None
) -> SchoolClass:
    """Make one. ValidationError if it stands."""
    made = SchoolClass(year=year, number=number, letter=letter, class_teacher_id=class_teacher_id)
    made.full_clean()
    made.save()
    group = TeachingGroup(
        kind=TeachingGroup.Kind.CLASS, year=year, name=str(made), school_class=made
    )
    group.full_clean()
    group.save()
    return made


@transaction.atomic
def change_class(found: SchoolClass, values: Mapping[str, object]) -> None:
    """Change number, letter or class teacher; the group that had its name has the new one.
    ValidationError if another has it."""
    was = str(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    group = TeachingGroup.objects.filter(school_class=found, name=was).first()
    if group and str(found) != was:
        group.name = str(found)
        group.full_clean()
        group.save()
