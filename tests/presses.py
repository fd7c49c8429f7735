"""Drawing workers that outlive a print: to start one, with all of WeasyPrint, takes a second of a
processor, the two or three pages of a test far less.

Safe to share, as a worker keeps nothing between two jobs: it is given a text and gives back a PDF,
many times in the life that it has on a site too. One that died or was ended is not used again.
"""

from collections import defaultdict
from contextlib import suppress
from types import SimpleNamespace

from school.printing import pool

_resting = defaultdict(list)  # module → processes that wait for their next print
_start = pool._start


def start(module):
    """As `pool._start`, one that has rested where there is one."""
    return _Press(module, _resting[module].pop() if _resting[module] else _start(module))


def end_all():
    """End those that rest."""
    for process in (one for resting in _resting.values() for one in resting):
        with suppress(OSError):
            process.stdin.close()
        process.stdout.close()
        process.wait()
    _resting.clear()


class _Press:
    """A worker's process as `pool` sees it; it rests where the process would end."""

    def __init__(self, module, process):
        self.module, self.process, self.kill = module, process, process.kill
        self.rests = False
        stdin, stdout = process.stdin, process.stdout
        self.stdin = SimpleNamespace(write=stdin.write, flush=stdin.flush, close=self._rest)
        self.stdout = SimpleNamespace(read=stdout.read, close=self._close)

    def _rest(self):
        self.rests = self.process.poll() is None
        if not self.rests:
            self.process.stdin.close()

    def _close(self):
        if not self.rests:
            self.process.stdout.close()

    def wait(self):
        """What it died with; of one that rests nothing."""
        if self.rests:
            _resting[self.module].append(self.process)
            return None
        return self.process.wait()
