from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "marke_packs.delivery"
    label = "pack_delivery"

    def ready(self) -> None:
        from marke.packs.registry import packs
        from marke_packs.delivery.pack import PACK

        packs.register(PACK)
