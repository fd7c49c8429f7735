"""What lessons owe, by their kinds and by what is not kept in their journals."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..models import Exemption, LessonKind, SchoolClass
from ..rules import kinds as rules
from ..rules.kinds import Exempt, Owed
from ..rules.spans import span


@dataclass(frozen=True)
class Owings:
    """The kinds {id: Owed}, the exemptions, and the parallels {class id: number} where one of them
    is of a parallel."""

    kinds: Mapping[int, Owed]
    exemptions: list[Exempt]
    parallels: Mapping[int, int]

    def owed(self, kind: int, journal: int, classes: Iterable[int], day: datetime.date) -> Owed:
        """What a lesson of a kind owes in a journal on a school-local day, its pupils being of
        these classes; all ids."""
        of_kind = self.kinds[kind]
        if not self.exemptions:
            return of_kind
        parallels = {self.parallels[one] for one in classes if one in self.parallels}
        return rules.owed(of_kind, self.exemptions, journal, parallels, day)


def owings() -> Owings:
    """The Owings of today; two queries, three where an exemption is of a parallel."""
    kinds = {pk: Owed(*owed) for pk, *owed in LessonKind.objects.values_list("pk", *Owed._fields)}
    exemptions = [
        Exempt(f"owes_{what}", parallel, journal, span(starts_on, ends_on))
        for what, parallel, journal, starts_on, ends_on in Exemption.objects.order_by(
            "pk"
        ).values_list("what", "parallel", "journal", "starts_on", "ends_on")
    ]
    of_parallels = any(one.parallel is not None for one in exemptions)
    classes = SchoolClass.objects.order_by() if of_parallels else SchoolClass.objects.none()
    return Owings(kinds, exemptions, dict(classes.values_list("pk", "number")))
