"""A process that draws what is to be archived: as `school.printing.worker`, but PDF/A."""

from .draw import ARCHIVED, draw
from .worker import serve

if __name__ == "__main__":
    serve(lambda html: draw(html, ARCHIVED))
