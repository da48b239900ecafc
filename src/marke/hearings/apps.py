from django.apps import AppConfig


class HearingsConfig(AppConfig):
    name = "marke.hearings"
    label = "hearings"
