"""Whatever is pasted: taken back all is as it was, and both matrices are the same facts."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from setup.actions.taking_back import take_back
from setup.actions.workload import Edit, write_classes, write_teachers
from setup.queries.workload import workload

from .test_workload import facts, w  # noqa: F401  the fixture

texts = st.lists(
    st.sampled_from(
        [
            "",
            "Ежова 2",
            "Ежова 2 / Жуков 2",
            "Жуков 1 + Ежова 1",
            "дев.: Ежова 1 / мал.: нет",
            "Калинина",
        ]
    ),
    min_size=3,
    max_size=3,
)
once = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def paste(w, found):  # noqa: F811
    subjects = [w.history, w.algebra, w.maths.subject]
    edits = [Edit((w.a5.pk, its.pk), text) for its, text in zip(subjects, found, strict=True)]
    return write_classes(w.year, edits, w.admin)


@once
@given(first=texts, second=texts)
def test_a_paste_taken_back_leaves_all_as_it_was(w, first, second):  # noqa: F811
    paste(w, first)
    before = facts()
    written = paste(w, second)
    if written.count("saved"):
        take_back(written.deed, w.admin)
    assert facts() == before


@once
@given(found=texts)
def test_both_matrices_are_the_same_facts(w, found):  # noqa: F811
    paste(w, found)
    load = workload(w.year)
    keys = [(pk, w.a5.pk) for pk in load.staff]
    edits = [Edit(key, load.teacher_text(key)) for key in keys]
    stands = facts()
    written = write_teachers(w.year, edits, w.admin)
    assert written.count("same") == len(keys)
    assert facts() == stands
    by_class = {
        (assigned.teacher, assigned.hours, subject)
        for (_, subject), places in load.cells.items()
        for place in places
        for assigned in place.assigned
        if w.a5.pk in place.classes
    }
    by_teacher = {
        (teacher, assigned.hours, place.subject)
        for (teacher, its), held in load.by_teacher.items()
        if its == w.a5.pk
        for place, assigned in held
    }
    assert by_class == by_teacher
