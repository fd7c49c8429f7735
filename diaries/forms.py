"""Forms of the diary."""

from django import forms


class StudentSearch(forms.Form):
    """Find pupils by the beginning of their names, in any order."""

    q = forms.CharField(label="Фамилия или имя", required=False, max_length=100)

    def narrow(self, students):
        words = self.cleaned_data["q"].split() if self.is_valid() else []
        for word in words:
            # SQLite compares Cyrillic letters case by case: names are stored with a capital.
            word = word.capitalize()
            students = students.filter(user__last_name__startswith=word) | students.filter(
                user__first_name__startswith=word
            )
        return students
