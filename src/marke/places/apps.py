from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "marke.places"
    label = "places"
