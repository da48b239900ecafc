from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "marke.payments"
    label = "payments"
