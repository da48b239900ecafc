from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "marke.site"
    label = "marke_site"

    def ready(self) -> None:
        from marke.common.events import subscribe
        from marke.parties.events import InvitationAccepted
        from marke.site.services import sign_founding

        subscribe(InvitationAccepted, sign_founding)
