from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "marke.invoices"
    label = "invoices"
