from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "marke.funds"
    label = "funds"
