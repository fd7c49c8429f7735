"""Of all the answers to an import those that concern one sheet."""

from collections.abc import Mapping

SKIP = "skip"


class Given:
    """`what`: what the sheet was said to be, «» if nobody said; `head_row`: from 1, None if nobody
    said; `cells` {row from 1: {field: corrected text}}; `skipped`: rows from 1; `answers`: all."""

    def __init__(self, answers: Mapping[str, str], file: str, sheet: str) -> None:
        self.answers, self.at = answers, f"{file}|{sheet}"
        self.what = answers.get(f"kind:{self.at}", "")
        said = answers.get(f"headrow:{self.at}", "")
        self.head_row = int(said) if said.isdecimal() and int(said) else None
        self.cells: dict[int, dict[str, str]] = {}
        self.skipped: set[int] = set()
        for name, text in answers.items():
            if name.startswith(f"cell:{self.at}|"):
                row, _, field = name.removeprefix(f"cell:{self.at}|").partition("|")
                if row.isdecimal() and field:
                    self.cells.setdefault(int(row), {})[field] = text
            elif name.startswith(f"skip:{self.at}|"):
                row = name.removeprefix(f"skip:{self.at}|")
                self.skipped |= {int(row)} if row.isdecimal() else set()

    def field(self, what: str, head: str) -> str:
        """What a column of a sheet `what` is said to be, by `head_key` of its head; «» if nobody
        said."""
        return self.answers.get(head_answer(what, head), "")


def head_answer(what: str, head: str) -> str:
    """The name of the answer that assigns the columns so headed."""
    return f"head:{what}:{head}"
