from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "marke.treasury"
    label = "treasury"
