from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "marke.threads"
    label = "threads"
