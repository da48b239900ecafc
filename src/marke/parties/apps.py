from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "marke.parties"
    label = "parties"
