"""Log-ins: what a device is called, when an idle session is over, whose second step is asked for.
Pure."""

import datetime
import re

SHARED_IDLE = datetime.timedelta(minutes=15)
USUAL_IDLE_MINUTES = 60

# The first that fits: Android calls itself Linux, an iPad a Mac.
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows NT 10\.0", "Windows 10 или 11"),
    (r"Windows NT 6\.[23]", "Windows 8"),
    (r"Windows NT 6\.1", "Windows 7"),
    (r"Windows", "Windows"),
    (r"Macintosh", "Mac"),
    (r"CrOS", "Chromebook"),
    (r"Linux|X11", "Linux"),
)
_BROWSERS = (
    (r"YaBrowser/", "Яндекс Браузер"),
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
UNKNOWN_DEVICE = "неизвестное устройство"


def device_name(user_agent: str) -> str:
    """«Windows 7, Chrome»: what people call the device that says so of itself. It may lie."""
    found = [_first(names, user_agent) for names in (_SYSTEMS, _BROWSERS)]
    return ", ".join(filter(None, found)) or UNKNOWN_DEVICE


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")


def idle_limit(is_staff: bool, is_shared: bool, school_minutes: int) -> datetime.timedelta | None:
    """How long a session lasts without a deed of its owner; None: it does not end by that. On a
    computer of others it is short for everybody, else the school's `school_minutes` for staff."""
    usual = datetime.timedelta(minutes=school_minutes) if is_staff else None
    if is_shared:
        return min(SHARED_IDLE, usual) if usual else SHARED_IDLE
    return usual
