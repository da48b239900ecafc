from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "marke_packs.delivery"
    label = "pack_delivery"

    def ready(self) -> None:
        from marke.packs.registry import register_pack
        from marke_packs.delivery.pack import PACK

        register_pack(PACK)
