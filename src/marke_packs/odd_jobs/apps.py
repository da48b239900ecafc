from django.apps import AppConfig


class OddJobsConfig(AppConfig):
    name = "marke_packs.odd_jobs"
    label = "pack_odd_jobs"

    def ready(self) -> None:
        from marke.packs.registry import register_pack
        from marke_packs.odd_jobs.pack import PACK

        register_pack(PACK)
