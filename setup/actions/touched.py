"""Whose rights a change of groups and journals bears on."""

from collections.abc import Collection

from school.models import SchoolClass


def class_teachers(years: Collection[int]) -> set[int]:
    """The ids of the class teachers of school years (ids): a pupil who comes or goes can mix a
    subgroup or unmix it for every one of them."""
    classes = SchoolClass.objects.filter(year__in=years, class_teacher__isnull=False)
    return set(classes.order_by().values_list("class_teacher", flat=True))
