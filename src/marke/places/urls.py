"""Where I am, if I share it; which addresses everybody may see."""

from django.urls import path

from marke.places import address_views, views

app_name = "places"
urlpatterns = [
    path("addresses/", address_views.addresses, name="addresses"),
    path("sharing/", views.sharing, name="sharing"),
    path("sharing/position/", views.position, name="position"),
]
