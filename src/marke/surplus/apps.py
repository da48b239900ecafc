from django.apps import AppConfig


class SurplusConfig(AppConfig):
    name = "marke.surplus"
    label = "surplus"
