from django.apps import AppConfig


class StatutesConfig(AppConfig):
    name = "marke.statutes"
    label = "statutes"
