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
    # again took a fifth of the time and found next to nothing. Nor is what the first print leaves
    # behind, modules and fonts, garbage ever: to look through it each time took a twentieth.
    gc.disable()
    for place, line in enumerate(sys.stdin.buffer):
        pdf = draw(json.loads(line))
        sys.stdout.buffer.write(LENGTH.pack(len(pdf)) + pdf)
        sys.stdout.buffer.flush()
        gc.collect()
        if place == 0:
            gc.freeze()


if __name__ == "__main__":
    serve(draw)
