"""python -m bench [--fresh]: make the databases if they are missing, measure, print, judge."""

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

import psycopg

URL = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/journal_bench"
SERVER, NAME = URL.rsplit("/", 1)
ONE, TEN, MILLION = URL, f"{SERVER}/{NAME}10", f"{SERVER}/{NAME}_million"
EMPTY = f"{SERVER}/{NAME}_empty"
ROUNDS, TURNS, BOOKS = 25, 4, 3

results = []


def judge(name, value, limit, detail=""):
    """Print a line; a value over its limit fails the run (limit None: only told)."""
    failed = limit is not None and value > limit
    results.append(not failed)
    verdict = "FAIL" if failed else "ok" if limit is not None else ""
    allowed = "" if limit is None else f"<= {limit:g}"
    print(f"{name:44} {value:10.2f} {allowed:>10} {verdict:4} {detail}", flush=True)


def server(sql):
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        return connection.execute(sql)


def exists(name):
    with psycopg.connect(f"{SERVER}/postgres") as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def require_ours(name):
    """Stop where a database of that name is not the bench's own: whatever is in it, it is neither
    dropped nor written to. Ours has the bench's table, or nothing at all."""
    with psycopg.connect(f"{SERVER}/{name}") as connection:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        found = {table for (table,) in connection.execute(tables)}
    if found and "bench_row" not in found:
        raise SystemExit(f"{name} is not a database of the bench: name another in DATABASE_URL")


def django(url, *arguments):
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    subprocess.run([sys.executable, *arguments], check=True, env=environment)


def make_databases(fresh):
    for url, template, title, fill in (
        (ONE, None, "Filling 600 pupils × 34 weeks", "fill_one_year"),
        (TEN, NAME, "Copying it into ten years", "add_nine_years"),
        (MILLION, NAME, "Copying its lessons into a million", "add_lessons"),
        (EMPTY, None, "Making one without a school", None),
    ):
        name = url.removeprefix(f"{SERVER}/")
        if exists(name):
            require_ours(name)
        if fresh and exists(name):
            server(f'DROP DATABASE "{name}" WITH (FORCE)')
        is_new = not exists(name)
        if is_new:
            print(f"{title} …", flush=True)
            server(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        django(url, "manage.py", "migrate", "--run-syncdb", "--verbosity", "0")
        if is_new and fill:
            django(
                url, "-c", f"import django; django.setup(); from bench import data; data.{fill}()"
            )


class Measuring:
    """A process that measures on one database."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.measure"],
            env=os.environ | {"DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, name, rounds):
        self.process.stdin.write(f"{name} {rounds}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def in_turns(one, ten, name):
    """Medians of both databases, measured by turns so that a noisy minute hits both."""
    gathered = {"one": {"ours": [], "floor": []}, "ten": {"ours": [], "floor": []}}
    for _ in range(TURNS):
        for which, measuring in (("one", one), ("ten", ten)):
            found = measuring(name, ROUNDS)
            gathered[which]["ours"] += found.pop("ours")
            gathered[which]["floor"] += found.pop("floor")
            gathered[which] |= found
    for found in gathered.values():
        found["ours"] = statistics.median(found["ours"])
        found["floor"] = statistics.median(found["floor"])
    return gathered["one"], gathered["ten"]


def pages_and_saves():
    one, ten = Measuring(ONE), Measuring(TEN)
    try:
        for name, title, limit, most_queries in (
            ("grid", "grid 30 × 40", 2.5, 15),
            ("save", "cell save", 3, None),
            ("move", "a lesson moved in the timetable", 3, None),
            ("diary", "diary week", None, 15),
            ("review", "review of all journals", 2.5, 16),
            ("board", "a class's board, CPU beside a bare view", 4, 15),
            ("desk", "desk of today, CPU beside a bare view", 4, 15),
        ):
            now, later = in_turns(one, ten, name)
            told = f"{now['ours']:.1f} ms over {now['floor']:.1f} ms"
            judge(f"{title}: ratio to its floor", now["ours"] / now["floor"], limit, told)
            told = f"{later['ours']:.1f} ms over {now['ours']:.1f} ms"
            judge(f"{title}: ten years to one", later["ours"] / now["ours"], 1.15, told)
            if "queries" in now:
                queries = max(now["queries"], later["queries"])
                judge(f"{title}: queries", queries, most_queries)
            if name == "grid":
                judge("grid 30 × 40: kB", now["raw"] / 1000, 150)
                judge("grid 30 × 40: kB compressed", now["gzip"] / 1000, 25)
    finally:
        one.close()
        ten.close()


def deadline_watch():
    one, million = Measuring(ONE), Measuring(MILLION)
    try:
        found = million("watch", ROUNDS)
        ours, floor = statistics.median(found["ours"]), statistics.median(found["floor"])
        told = f"{ours:.1f} ms over {floor:.1f} ms"
        judge("watch, 1000 overdue: ratio to its floor", ours / floor, 2, told)
        for measuring, size in ((million, "million lessons"), (one, "one year")):
            found = measuring("quiet_watch", ROUNDS)
            judge(f"watch, nothing new, {size}: ms", statistics.median(found["ours"]), 50)
            told = f"in {found['asked']} statements {' '.join(found['scanned'])}"
            judge(f"watch, {size}: sequential scans", len(found["scanned"]), 0, told)
    finally:
        one.close()
        million.close()


def printed_register():
    one = Measuring(ONE)
    try:
        found = one("book", BOOKS)
        ours, floor = statistics.median(found["ours"]), statistics.median(found["floor"])
        told = f"{ours:.0f} ms over {floor:.0f} ms"
        judge("register 40 × 170 as a book: to WeasyPrint", ours / floor, 3, told)
    finally:
        one.close()


def printed_reports():
    drawn = subprocess.run(
        [sys.executable, "-m", "bench.reports"],
        env=os.environ | {"DATABASE_URL": ONE},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(drawn.stdout)
    told = f"{found['ours']:.1f} s over {found['floor']:.1f} s"
    name = f"{found['reports']} weekly reports: ratio to its floor"
    judge(name, found["ours"] / found["floor"], 1.2, told)
    judge("weekly reports: peak memory, MiB", found["peak"], 500)


def packet_of_temporary_journals():
    """The median of several: a packet takes twenty seconds, in which a machine's speed varies by a
    tenth."""
    runs = []
    for _ in range(BOOKS):
        drawn = subprocess.run(
            [sys.executable, "-m", "bench.packet"],
            env=os.environ | {"DATABASE_URL": ONE},
            stdout=subprocess.PIPE,
            check=True,
        )
        runs.append(json.loads(drawn.stdout))
    found = sorted(runs, key=_ratio)[BOOKS // 2]
    told = f"{found['ours']:.1f} s over {found['floor']:.1f} s, {found['pages']} pages"
    name = f"packet of {found['classes']} classes: to WeasyPrint"
    judge(name, _ratio(found), 1.2, told)
    judge("packet: peak memory, MiB", max(one["peak"] for one in runs), 500)


def _ratio(found):
    return found["ours"] / found["floor"]


def transferred_week():
    one = Measuring(ONE)
    try:
        found = one("transfer", 2 * TURNS * BOOKS)
        ours, floor = statistics.median(found["ours"]), statistics.median(found["floor"])
        told = f"{ours:.0f} ms over {floor:.0f} ms"
        judge("class week 30 × 40 from XLSX: to its floor", ours / floor, 4, told)
    finally:
        one.close()


def new_timetable():
    one = Measuring(ONE)
    try:
        found = one("timetable", BOOKS)
        ours, floor = statistics.median(found["ours"]), statistics.median(found["floor"])
        told = f"{ours:.0f} ms over {floor:.0f} ms"
        judge("a new timetable for 25 classes: to its floor", ours / floor, 3, told)
    finally:
        one.close()


def whole_school_imported():
    """Into a database without a school, which stays so."""
    run = subprocess.run(
        [sys.executable, "-m", "bench.importing"],
        env=os.environ | {"DATABASE_URL": EMPTY},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(run.stdout)
    ours, floor = statistics.median(found["ours"]), statistics.median(found["floor"])
    told = f"{ours:.1f} s over {floor:.1f} s, {found['rows']} rows"
    judge("a school of 600 imported: ratio to its floor", ours / floor, 3, told)
    judge("a school of 600 looked at first: s", statistics.median(found["preview"]), None)
    judge("a school of 600 imported: peak memory, MiB", found["peak"], 400)


def memory_of_a_worker():
    """The peak of a gunicorn worker after 300 mixed requests on the ten years' database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "journal_site.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--worker-class",
            "gthread",
            "--threads",
            "4",
            "--no-control-socket",
            "--log-level",
            "warning",
        ],
        env=os.environ | {"DATABASE_URL": TEN},
    )
    try:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        base = f"http://127.0.0.1:{port}"

        def get(path, data=None):
            return browser.open(base + path, data and data.encode(), timeout=30).read().decode()

        for _ in range(100):
            try:
                page = get("/login/")
                break
            except OSError:
                time.sleep(0.2)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        login = f"csrfmiddlewaretoken={token}&username=director&password=demo-journal"
        get("/login/", login)
        journals = re.findall(r'href="(/journals/\d+/)"', get("/journals/"))
        diaries = re.findall(r'href="(/diary/\d+/)', get("/diary/"))
        for n in range(100):
            get(journals[n % len(journals)])
            get(diaries[n % len(diaries)])
            get(("/journals/", "/diary/", "/account/")[n % 3])
        children = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        with open(f"/proc/{children[0]}/status") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024
        judge("peak memory of a web worker, MiB", peak, 150)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    make_databases(parser.parse_args().fresh)
    django(ONE, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    pages_and_saves()
    deadline_watch()
    printed_register()
    printed_reports()
    packet_of_temporary_journals()
    transferred_week()
    new_timetable()
    whole_school_imported()
    memory_of_a_worker()
    sys.exit(0 if all(results) else 1)


main()
