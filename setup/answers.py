"""Answers about an import: {key: value}, all texts. What they are called, and which are remembered.

`setup.reading` has its own: `kind:`, `head:`, `headrow:`, `cell:`, `skip:` and the keys of its
questions. The engine's:

- `take:<key of a change>` = «no»: not to be written; `take:<key>:<field>` = «no»: that value not;
- `same:<key>`: of a similar person, `changes.ONE_PERSON` or `changes.ANOTHER`;
- `gone:<key>`: of what the files have no more, `changes.KEEP`, `LEFT:<day>`, `CLOSE`, `END`;
- `subject:<word>` = primary key of a Subject, «new» (called as written), «skip», or its name;
- `teacher:<word>` = primary key of a User, «none» (without a teacher), «skip»;
- `class:<name>` = name of a class, «new», «skip»;
- `ktp:<file>|<sheet>` = the title of the journal whose plan it is as `tidy` has it, «all» of those
  that its heading fits, «skip»;
- `day` = from which day on classes and groups are changed, `timetable:day` = from which day the
  timetable holds (2026-09-01), `gone:all` = «yes»: tell who is no more in the files;
- `workload:day` = from which day on the load holds.
"""

from school.rules.texts import tidy

NO, SKIP, NEW, NONE, YES, ALL = "no", "skip", "new", "none", "yes", "all"

# Words mean the same in every file of the school; a cell, a row, a person's likeness does not.
REMEMBERED = ("head:", "subject:", "teacher:", "room:")


def is_remembered(key: str) -> bool:
    return key.startswith(REMEMBERED)


def word_key(what: str, word: str) -> str:
    """«subject:матем.», however it is written."""
    return f"{what}:{tidy(word)}"
