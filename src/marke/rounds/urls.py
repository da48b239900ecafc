from django.urls import path

from marke.rounds import views

app_name = "rounds"
urlpatterns = [
    path("rounds/", views.rounds, name="rounds"),
    path("rounds.csv", views.rounds_csv, name="rounds_csv"),
]
