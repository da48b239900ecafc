from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marke.ledger"
    label = "ledger"
