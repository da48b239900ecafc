"""Who does which job, seen as a whole."""

from django.urls import path

from marke.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/rows/", views.rows, name="rows"),
    path("desk/moves/", views.moves, name="moves"),
    path("transparency/", views.this_year, name="this_year"),
    path("transparency/<int:year>/", views.transparency, name="transparency"),
    path("transparency/<int:year>/csv/", views.transparency_csv, name="transparency_csv"),
]
