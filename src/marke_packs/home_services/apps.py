from django.apps import AppConfig


class HomeServicesConfig(AppConfig):
    name = "marke_packs.home_services"
    label = "pack_home_services"
