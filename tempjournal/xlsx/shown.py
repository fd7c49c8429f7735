"""What a spreadsheet shows of a number or date that it has made of a record. Pure."""

import datetime
import re

_HIDDEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!\$)[^\]]*\]')  # literals, fills, colours, conditions
_LANGUAGE = re.compile(r"\[\$[^\]]*\]")
_RUSSIAN = re.compile(r"\[\$[^\]]*-[0-9A-F]*419[,\]]", re.IGNORECASE)
_PARTS = re.compile("d+|m+|y+|h+|s+")
_PLAIN_NUMBERS = {"General", "@", "Standard", "0", "#", "#,##0", "# ##0"}
_DECIMALS = re.compile(r"[#, ]*0[.,](0+|#+)")
# The program writes these for the computer's own order of day and month, whatever that is.
_OF_THE_COMPUTER = {"mm-dd-yy", "d-mmm", "d-mmm-yy", "mmm-yy", "m/d/yy h:mm"}


def date_parts(code: str) -> str:
    """What a number format shows of a date, in order: «dm», «dmy», «yMd»; «M» is a month's name,
    «h» the time of the day, «w» the day of the week."""
    first = _LANGUAGE.sub(" ", _HIDDEN.sub(" ", code.split(";")[0]))
    found: list[str] = []
    for part in _PARTS.findall(first.lower()):
        sign = part[0]
        if sign == "d" and len(part) > 2:
            sign = "w"
        elif sign == "m":
            # After hours or before seconds «m» means minutes.
            sign = "m" if len(part) < 3 else "M"
            if found[-1:] == ["h"]:
                sign = "h"
        elif sign == "s":
            sign = "h"
        found.append(sign)
    return "".join(dict.fromkeys(found))


def marks_of_date(value: datetime.date, code: str) -> tuple[str, bool]:
    """(«4/5», whether nothing else can be meant) of a mark «4/5» or «4.5» that has become a date:
    its day and month in the order in which they are shown."""
    parts = date_parts(code)
    month_first = parts.lower().startswith("md")
    first, second = (value.month, value.day) if month_first else (value.day, value.month)
    is_told = code not in _OF_THE_COMPUTER and (
        parts in ("dm", "dmy", "md", "mdy") or (parts in ("dM", "dMy") and _RUSSIAN.search(code))
    )
    return f"{first}/{second}", bool(first == second or is_told)


def number(value: float, code: str) -> str | None:
    """A number as its format shows it, with the decimal comma; None where that is not known here:
    per cent, fractions, signs of one's own."""
    if code in _PLAIN_NUMBERS:
        if isinstance(value, float) and code in ("0", "#", "#,##0", "# ##0"):
            return f"{value:.0f}"
        return str(value).replace(".", ",")
    if found := _DECIMALS.fullmatch(_LANGUAGE.sub("", code)):
        text = f"{value:.{len(found[1])}f}".replace(".", ",")
        # «5,00» is «5», «4,50» is «4,5».
        return text.rstrip("0").rstrip(",")
    return None
