from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "marke_packs.delivery"
    label = "pack_delivery"
