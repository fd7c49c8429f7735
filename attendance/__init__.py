"""Who was not there, and why (2.5, 2.9).

Absences from lessons, the documents that explain them and the days within which the class teacher
corrects the reason; the class's page of attendance. What is typed into a cell of the grid comes
here from `journals`.
"""
