from django.apps import AppConfig


class RatesConfig(AppConfig):
    name = "marke.rates"
    label = "rates"
