"""`manage.py import_school`: what it leaves behind."""

import pytest
from django.core.management import CommandError, call_command

from setup.models import Import, ImportFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("answers", [[], ["--answer=wrong"]])
def test_a_look_at_files_leaves_nothing(answers, tmp_path, private_dir, admin_user):
    file = tmp_path / "list.csv"
    file.write_text("Предмет\nМатематика\n", encoding="utf-8")
    try:
        call_command("import_school", str(file), *answers, user=admin_user.username)
    except CommandError:
        assert answers
    assert not Import.objects.exists()
    assert not ImportFile.objects.exists()
    assert not [one for one in private_dir.rglob("*") if one.is_file()]
