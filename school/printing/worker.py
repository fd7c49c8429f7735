"""A process that does nothing but draw: HTML becomes a PDF.

`python -m school.printing.worker` answers a line of standard input, the HTML as JSON, with the
length of the PDF and the PDF on standard output. It knows neither Django's settings nor the
database.
"""

import gc
import json
import struct
import sys

from .draw import draw

LENGTH = struct.Struct(">Q")


def serve(draw):
    """Draw each job that comes, until none comes any more; `draw` takes what JSON holds and returns
    bytes."""
    # Boxes and styles live to the end of their print: to look for garbage among them again and
    # again took a sixth of the time and found next to nothing.
    gc.disable()
    for line in sys.stdin.buffer:
        pdf = draw(json.loads(line))
        sys.stdout.buffer.write(LENGTH.pack(len(pdf)) + pdf)
        sys.stdout.buffer.flush()
        gc.collect()


if __name__ == "__main__":
    serve(draw)
