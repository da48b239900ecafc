from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "marke.rules"
    label = "rules"
