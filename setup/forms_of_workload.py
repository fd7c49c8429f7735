"""Forms beside the matrices."""

from django import forms

from school.rules.names import LONGEST_NAME


class EmployeeForm(forms.Form):
    """Who is to be named in a cell and is not there yet."""

    last_name = forms.CharField(label="Фамилия", max_length=LONGEST_NAME)
    first_name = forms.CharField(label="Имя", max_length=LONGEST_NAME)
    patronymic = forms.CharField(label="Отчество", max_length=LONGEST_NAME, required=False)
