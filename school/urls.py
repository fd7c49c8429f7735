from django.urls import path

from .views import days, people, slips, teacher_absences, timetable, timetable_moves

urlpatterns = [
    path("classes/<key:pk>/pupils/", people.class_pupils, name="class_pupils"),
    path("classes/<key:pk>/slips/", slips.class_slips, name="class_slips"),
    path("students/<key:pk>/card/", people.card, name="card"),
    path("students/<key:pk>/health/", people.health, name="health_record"),
    path("desk/days/", days.days, name="days"),
    path("desk/days/<key:pk>/", days.own_days, name="own_days"),
    path("desk/absences/", teacher_absences.absences, name="teacher_absences"),
    path("desk/absences/<key:pk>/", teacher_absences.absence, name="teacher_absence"),
    path("desk/timetable/", timetable.index, name="timetable"),
    path("desk/timetable/entries/<key:pk>/", timetable.entry, name="timetable_entry"),
    path("desk/timetable/rows/<key:pk>/", timetable.row, name="timetable_row"),
    path("desk/timetable/places/", timetable_moves.places, name="timetable_places"),
    path("desk/timetable/move/", timetable_moves.move, name="timetable_move"),
    path("desk/timetable/around/", timetable_moves.around, name="timetable_around"),
    path("desk/timetable/print.pdf", timetable_moves.print_pdf, name="timetable_pdf"),
    path("desk/timetable/apply/", timetable.apply, name="timetable_apply"),
]
