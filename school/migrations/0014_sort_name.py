from django.db import migrations, models

from school.models.names import SortingName, sorting_name
from school.rules import PersonName


def fill(apps, schema_editor):
    User = apps.get_model("school", "User")
    people = list(User.objects.only(*PersonName._fields))
    for person in people:
        person.sort_name = sorting_name(person)
    User.objects.bulk_update(people, ["sort_name"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('school', '0013_known_lessons'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='sort_name',
            field=SortingName(verbose_name='для порядка по алфавиту'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='user',
            name='first_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='имя'),
        ),
        migrations.AlterField(
            model_name='user',
            name='last_name',
            field=models.CharField(help_text='Или имя, если оно из одного слова.', max_length=100, verbose_name='фамилия'),
        ),
        migrations.AlterField(
            model_name='historicaluser',
            name='first_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='имя'),
        ),
        migrations.AlterField(
            model_name='historicaluser',
            name='last_name',
            field=models.CharField(help_text='Или имя, если оно из одного слова.', max_length=100, verbose_name='фамилия'),
        ),
    ]
