"""A process that measures on the database of DATABASE_URL: a line of standard input names what and
how many rounds, a line of standard output has the times in milliseconds, ours and the floor's."""

import gc
import gzip
import io
import itertools
import json
import os
import sys
import time
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")


def main():
    import django

    django.setup()
    import time_machine

    from bench import data

    # The school's present day is that of the data. The clock of the measuring is another one.
    with time_machine.travel(data.NOON, tick=True):
        bench = Bench()
        for line in sys.stdin:
            name, rounds = line.split()
            print(json.dumps(getattr(bench, name)(int(rounds))), flush=True)


class Bench:
    def __init__(self):
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.core.wsgi import get_wsgi_application

        from journal_site.sessions import SessionStore
        from school.models import Journal, SchoolClass, User

        self.application = get_wsgi_application()
        self.clock = time.perf_counter
        self.cookies, self.owners = {}, {}
        for username in ("bench", "parent", "deputy", "classteacher"):
            user = User.objects.get(username=username)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            self.owners[username] = str(user.pk)
            self.cookies[username] = f"sessionid={session.session_key}; csrftoken={'a' * 32}"
        taught = Journal.objects.filter(assignments__teacher__username="bench")
        self.journal = taught.order_by("group__year__starts_on").last()
        led = SchoolClass.objects.filter(class_teacher__username="classteacher")
        self.led = led.latest("year__starts_on")
        self.child = User.objects.get(username="student").student
        self.quarter = self.journal.group.year.periods.get(kind="quarter", number=2)
        self.texts = {}
        self.cells = itertools.cycle(
            itertools.product(
                self.journal.lessons.filter(date__lte="2026-11-20").values_list("pk", flat=True),
                self.journal.group.school_class.enrolments.values_list("student", flat=True),
            )
        )

    def request(self, who, path, form=None):
        """(status, headers, body, milliseconds) of one request through the whole of Django."""
        path, _, query = path.partition("?")
        body = urlencode(form or {}).encode()
        environ = {
            "REQUEST_METHOD": "POST" if form else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self.cookies[who],
            "HTTP_X_CSRFTOKEN": "a" * 32,
            "HTTP_X_DRAWN_FOR": self.owners[who],
            "HTTP_ACCEPT_ENCODING": "gzip",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        told = []
        gc.disable()
        begin = self.clock()
        answer = self.application(
            environ, lambda status, headers, _=None: told.append((status, headers))
        )
        content = b"".join(answer)
        answer.close()
        took = (self.clock() - begin) * 1000
        gc.enable()
        status, headers = told[0]
        assert status.startswith("200"), (path, status, content[:300])
        return dict(headers), content, took

    def cpu_against_bare(self, who, path, rounds):
        """The processor's time of ours alone, beside a view that asks for nothing."""
        self.clock = time.process_time
        try:
            return self.page_against_floor(who, path, rounds, "/floor/bare/")
        finally:
            self.clock = time.perf_counter

    def page_against_floor(self, who, path, rounds, floor_path="/floor/page/"):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from bench import floors

        seen = []

        def note(execute, sql, params, many, context):
            seen.append((sql, params))
            return execute(sql, params, many, context)

        self.request(who, path)  # warm
        with CaptureQueriesContext(connection) as made, connection.execute_wrapper(note):
            _, content, _ = self.request(who, path)
            queries = len(made)
        raw = gzip.decompress(content)
        # The floor's own middleware reads the session and the user.
        floors.PAGE = {"queries": seen[2:], "body": raw}
        ours, floor = [], []
        for _ in range(rounds):
            ours.append(self.request(who, path)[2])
            floor.append(self.request(who, floor_path)[2])
        return {
            "ours": ours,
            "floor": floor,
            "queries": queries,
            "raw": len(raw),
            "gzip": len(content),
        }

    def grid(self, rounds):
        path = f"/journals/{self.journal.pk}/?period={self.quarter.pk}"
        return self.page_against_floor("bench", path, rounds)

    def diary(self, rounds):
        return self.page_against_floor("parent", f"/diary/{self.child.pk}/?week=2026-W47", rounds)

    def review(self, rounds):
        return self.page_against_floor("deputy", "/review/", rounds)

    def board(self, rounds):
        return self.cpu_against_bare("classteacher", f"/classes/{self.led.pk}/", rounds)

    def desk(self, rounds):
        return self.cpu_against_bare("deputy", "/", rounds)

    def save(self, rounds):
        """Each save is a real change: a mark where there was another, or none."""
        path = f"/journals/{self.journal.pk}/cells/"
        ours, floor = [], []
        while len(ours) < rounds:
            lesson, student = next(self.cells)
            was = self.texts.get((lesson, student)) or self.standing(lesson, student)
            text = "4" if was == "5" else "5"
            form = {"lesson": lesson, "student": student, "was": was, "text": text}
            ours.append(self.request("bench", path, form)[2])
            self.texts[lesson, student] = text
            floor.append(self.request("bench", "/floor/insert/", form)[2])
        return {"ours": ours, "floor": floor}

    def move(self, rounds):
        """Each move is a real one: a lesson of the timetable goes there, and back again."""
        from school.actions.drafts import start_draft
        from school.actions.moves import next_monday
        from school.models import TimetableEntry

        year = self.journal.group.year
        if not year.drafts.filter(applied_at=None).exists():
            start_draft(year, next_monday())
        row = TimetableEntry.objects.filter(journal__group__year=year).order_by("pk").first()
        at, other = f"{row.weekday}.{row.number}", f"{row.weekday % 5 + 1}.{row.number}"
        ours, floor = [], []
        for _ in range(rounds - rounds % 2):
            form = {"ids": f"e{row.pk}", "was": at, "text": other, "exchange": ""}
            ours.append(self.request("deputy", "/desk/timetable/move/", form)[2])
            floor.append(self.request("deputy", "/floor/insert/", {"lesson": 1, "student": 1})[2])
            at, other = other, at
        return {"ours": ours, "floor": floor}

    def watch(self, rounds):
        from bench import watch

        return watch.against_floor(rounds)

    def quiet_watch(self, rounds):
        from bench import watch

        return watch.nothing_new(rounds) | watch.scans()

    def book(self, rounds):
        from bench import book

        return book.against_floor(rounds)

    def transfer(self, rounds):
        from bench import transfer

        return transfer.against_floor(rounds)

    def timetable(self, rounds):
        from bench import timetable

        return timetable.against_floor(rounds)

    def standing(self, lesson, student):
        from attendance.models import Absence
        from journals.models import Mark

        mark = Mark.objects.filter(work__lesson=lesson, student=student).first()
        absence = Absence.objects.filter(lesson=lesson, student=student).first()
        return mark.value.text if mark else absence.reason if absence else ""


if __name__ == "__main__":
    main()
