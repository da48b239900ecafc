from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "marke.plan"
    label = "plan"
