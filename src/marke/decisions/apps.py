from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "marke.decisions"
    label = "decisions"
