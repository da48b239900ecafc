from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "marke.site"
    label = "marke_site"
