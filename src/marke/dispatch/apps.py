from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "marke.dispatch"
    label = "dispatch"
