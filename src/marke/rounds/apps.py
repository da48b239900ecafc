from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "marke.rounds"
    label = "rounds"
