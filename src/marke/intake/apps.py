from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "marke.intake"
    label = "intake"
