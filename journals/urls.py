from django.urls import path

from .views import book, grades, history, journal, late, locks, places, remarks, review, summary

urlpatterns = [
    path("journals/", journal.index, name="journals"),
    path("journals/work-types/", journal.work_types, name="work_types"),
    path("journals/<key:pk>/", journal.grid, name="grid"),
    path("journals/<key:pk>/cells/", journal.save_cell, name="save_cell"),
    path("journals/<key:pk>/cells/history/", journal.cell_history, name="cell_history"),
    path("journals/<key:pk>/fields/", journal.save_field, name="save_field"),
    path("journals/<key:pk>/lessons/<key:lesson_pk>/", journal.lesson, name="lesson"),
    path("journals/<key:pk>/lessons/<key:lesson_pk>/place/", places.place, name="lesson_place"),
    path("journals/<key:pk>/print.pdf", book.print_pdf, name="print_journal"),
    path("journals/<key:pk>/certificates/", book.certificates, name="certificates"),
    path(
        "journals/<key:pk>/certificates/<key:certificate_pk>/file/",
        book.certificate_file,
        name="certificate_file",
    ),
    path("journals/<key:pk>/grades/", grades.grades, name="grades"),
    path("desk/moves/", places.day, name="move_day"),
    path("classes/<key:pk>/summary/", summary.summary, name="class_summary"),
    path("classes/<key:pk>/summary.pdf", summary.summary_pdf, name="class_summary_pdf"),
    path("review/", review.index, name="review"),
    path("review/late/", late.late, name="review_late"),
    path("review/unattended/", review.unattended, name="unattended"),
    path("review/remarks/", remarks.remarks, name="remarks"),
    path("review/remarks/new/", remarks.new_remark, name="new_remark"),
    path("review/remarks/<key:pk>/", remarks.remark, name="remark"),
    path("review/locks/", locks.locks, name="locks"),
    path("review/history/", history.history, name="review_history"),
]
