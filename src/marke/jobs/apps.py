from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "marke.jobs"
    label = "jobs"
