"""Forms of the site itself."""

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from school.rules.texts import login


class LoginForm(AuthenticationForm):
    """Refuses a name longer than any login before it is looked for: Django tells only the browser
    how long it may be, and the record of failed attempts can't hold it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.validators.append(MaxLengthValidator(username.max_length))

    def clean_username(self):
        """As it is kept, so that attempts at «Teacher» and «teacher» are counted together."""
        username = login(self.cleaned_data["username"])
        if not username:
            raise ValidationError(self.fields["username"].error_messages["required"], "required")
        return username
