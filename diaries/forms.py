"""Forms of the diary."""

from django import forms

from school.queries import by_name


class StudentSearch(forms.Form):
    """Find pupils by the beginning of their names, in any order."""

    q = forms.CharField(label="Фамилия или имя", required=False, max_length=100)

    def narrow(self, students):
        return by_name(students, self.cleaned_data["q"]) if self.is_valid() else students
