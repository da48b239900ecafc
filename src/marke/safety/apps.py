from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "marke.safety"
    label = "safety"
