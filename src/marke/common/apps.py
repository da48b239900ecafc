from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "marke.common"
    label = "common"
