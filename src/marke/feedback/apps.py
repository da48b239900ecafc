from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "marke.feedback"
    label = "feedback"
