"""What an export to other systems says beside all that stands of a year."""

from school.models import School


def school_name() -> str:
    """«» before the school was called anything."""
    return School.objects.values_list("name", flat=True).first() or ""
