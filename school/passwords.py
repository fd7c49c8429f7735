"""The school's own validator of passwords (AUTH_PASSWORD_VALIDATORS)."""

from typing import Any

from django.core.exceptions import ValidationError

from .models import School
from .rules.passwords import COMMON, refusal


class SchoolPasswordValidator:
    """Refuses what everybody tries first, on a Russian keyboard too, and names: the owner's, his
    login, the school's."""

    def validate(self, password: str, user: Any = None) -> None:
        names = list(School.objects.values_list("name", flat=True))
        if user is not None:
            names += [*user.name, user.username]
        if why := refusal(password, names):
            raise ValidationError(why, "password_too_common" if why == COMMON else "password_named")

    def get_help_text(self) -> str:
        return "Не подойдут частые пароли и имена: проще всего три слова подряд."
