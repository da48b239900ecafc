from django.apps import AppConfig


class HomeServicesConfig(AppConfig):
    name = "marke_packs.home_services"
    label = "pack_home_services"

    def ready(self) -> None:
        from marke.packs.registry import register_pack
        from marke_packs.home_services.pack import PACK

        register_pack(PACK)
