from django.db import models


class Row(models.Model):
    """What the floor of a save inserts: as wide as a mark."""

    work = models.IntegerField()
    student = models.IntegerField()
    value = models.IntegerField()
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["work", "student"])]

    def __str__(self):
        return f"{self.work}, {self.student}"
