"""Forms of a pupil's move, and of what he brings from his former school."""

from django import forms

from school.forms import OF_OUR_TIME, DayField
from school.models import SchoolClass

from .actions.pupil_moves import Answers
from .models import TransferDocument

GO_ON, END, KEEP, EXEMPT = "plan", "end", "keep", "exempt"


class WhereToForm(forms.Form):
    """To which class of the year, from which day on."""

    to = forms.ModelChoiceField(SchoolClass.objects.none(), label="Класс")
    on = DayField(label="С какого дня", validators=OF_OUR_TIME)

    def __init__(self, *args, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year
        self.fields["to"].queryset = year.classes.all()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if not self.year.starts_on <= day <= self.year.ends_on:
            raise forms.ValidationError(
                f"Учебный год: {self.year.starts_on:%d.%m.%Y} – {self.year.ends_on:%d.%m.%Y}."
            )
        return day


class MoveForm(forms.Form):
    """What is asked about a MovePlan. `was` is the class (id) that the page was drawn for."""

    was = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, initial={"was": plan.was and plan.was.pk}, **kwargs)
        self.plan = plan
        for one in plan.groups:
            self.fields[one.name] = _group_field(one)
        for journal in plan.lacking:
            self.fields[f"lacking-{journal.pk}"] = _question(
                f"{journal.subject}: там этого предмета нет",
                (
                    (END, "изучать перестаёт, оценку за период ставит прежний учитель"),
                    (GO_ON, "продолжает у прежнего учителя по индивидуальному плану"),
                ),
            )
        for one in plan.works:
            options = [(KEEP, "прежний учитель ещё поставит отметку")]
            if one.can_be_exempt:
                options.append((EXEMPT, "отметки не будет: «осв»"))
            self.fields[one.name] = _question(_told(one), options)

    @property
    def groups(self):
        return [self[one.name] for one in self.plan.groups]

    @property
    def lacking(self):
        return [self[f"lacking-{one.pk}"] for one in self.plan.lacking]

    @property
    def works(self):
        return [self[one.name] for one in self.plan.works]

    @property
    def answers(self) -> Answers:
        data, plan = self.cleaned_data, self.plan
        return Answers(
            groups={
                one.subject.pk: int(data[one.name]) if data[one.name] != NO_GROUP else None
                for one in plan.groups
            },
            plans={one.pk for one in plan.lacking if data[f"lacking-{one.pk}"] == GO_ON},
            exempt={one.work.pk for one in plan.works if data[one.name] == EXEMPT},
        )


class BroughtForm(forms.ModelForm):
    """A document of a former school, and a field for each of `cells`, BroughtCells. `version` is
    what stood there when the page was drawn."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    signed_on = DayField(label="Дата документа", validators=OF_OUR_TIME)

    class Meta:
        model = TransferDocument
        fields = ("school", "name", "signed_on")
        labels = {"school": "Прежняя школа", "name": "Документ, номер"}

    def __init__(self, *args, cells, **kwargs):
        super().__init__(*args, **kwargs)
        self.cells = cells
        for cell in cells:
            self.fields[_name_of(cell)] = forms.CharField(
                label=f"{cell.subject}, {cell.period}: {'оценка' if cell.is_grade else 'отметки'}",
                required=False,
                initial=cell.text,
                max_length=200,
                disabled=cell.is_of_other(self.instance),
            )

    def _get_validation_exclusions(self):
        """Of whom it is is known, and that he has no second one like it."""
        return super()._get_validation_exclusions() - {"student"}

    @property
    def lines(self):
        """[(subject, [(BroughtCell, its field)])]."""
        by_subject = {}
        for cell in self.cells:
            by_subject.setdefault(cell.subject, []).append((cell, self[_name_of(cell)]))
        return list(by_subject.items())

    @property
    def texts(self):
        """{place: what was typed} of the places that are the document's own."""
        return {
            cell.place: self.cleaned_data[_name_of(cell)]
            for cell in self.cells
            if not self.fields[_name_of(cell)].disabled
        }

    def tell(self, errors):
        """Put {place: sentence} beside what caused it."""
        for cell in self.cells:
            if cell.place in errors:
                self.add_error(_name_of(cell), errors[cell.place])


def _name_of(cell):
    subject, period = cell.place
    return f"cell-{subject}-{period}"


NO_GROUP = "none"


def _group_field(choice):
    options = [(key or NO_GROUP, name) for key, name in choice.options]
    usual = NO_GROUP if choice.usual == "" else choice.usual
    if usual is None:
        options.insert(0, ("", "— выберите —"))
    return forms.ChoiceField(
        label=choice.subject.name,
        choices=options,
        initial=usual,
        error_messages={"required": "Выберите группу."},
    )


def _question(label, options):
    return forms.ChoiceField(
        label=label, choices=options, initial=options[0][0], widget=forms.RadioSelect
    )


def _told(one):
    lesson = one.work.lesson
    what = "долг" if one.is_debt else "нет отметки"
    return f"{lesson.journal.subject}, {lesson.date:%d.%m.%Y}, {one.work.work_type}: {what}"
