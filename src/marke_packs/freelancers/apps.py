from django.apps import AppConfig


class FreelancersConfig(AppConfig):
    name = "marke_packs.freelancers"
    label = "pack_freelancers"

    def ready(self) -> None:
        from marke.engagements.kinds import EngagementKind, engagement_kinds
        from marke.packs.registry import register_pack
        from marke_packs.freelancers.pack import PACK

        register_pack(PACK)
        engagement_kinds.register(EngagementKind("engagement"))
