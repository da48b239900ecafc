from django.apps import AppConfig


class RidesConfig(AppConfig):
    name = "marke_packs.rides"
    label = "pack_rides"

    def ready(self) -> None:
        from marke.packs.registry import register_pack
        from marke_packs.rides.pack import PACK

        register_pack(PACK)
