from django.urls import path

from .views import groups, workload

urlpatterns = [
    path("setup/workload/", workload.page, name="setup_workload"),
    path("setup/workload/cells/", workload.cells, name="setup_workload_cells"),
    path("setup/workload/employee/", workload.new_employee, name="setup_new_employee"),
    path("setup/take-back/", workload.back, name="setup_take_back"),
    path("setup/groups/", groups.page, name="setup_groups"),
    path("setup/groups/place/", groups.place, name="setup_group_place"),
]
