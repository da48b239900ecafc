"""Where I am, if I share it."""

from django.urls import path

from marke.places import views

app_name = "places"
urlpatterns = [
    path("sharing/", views.sharing, name="sharing"),
    path("sharing/position/", views.position, name="position"),
]
