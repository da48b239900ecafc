"""Who does which job, seen as a whole."""

from django.urls import path

from marke.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/rows/", views.rows, name="rows"),
    path("desk/moves/", views.moves, name="moves"),
]
