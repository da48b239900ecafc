from django.apps import AppConfig


class CapitalConfig(AppConfig):
    name = "marke.capital"
    label = "capital"
