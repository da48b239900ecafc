from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "marke.packs"
    label = "packs"
