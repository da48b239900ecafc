from django.apps import AppConfig


class SharesConfig(AppConfig):
    name = "marke.shares"
    label = "shares"
