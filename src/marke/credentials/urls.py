"""What members carry away, who checks it, and by which keys it is signed."""

from django.urls import path

from marke.credentials.views import agreement, desk, elsewhere, mine, office, public

app_name = "credentials"
urlpatterns = [
    path("did.json", public.did, name="did"),
    path("work-history/", mine.mine, name="mine"),
    path("work-history/<int:number>/", mine.one, name="one"),
    path("work-history/<int:number>/paper.pdf", mine.paper, name="paper"),
    path("work-history/<int:number>/files/<str:kind>", mine.file, name="file"),
    path("work-history/<int:number>/withdrawal/", mine.withdrawal, name="withdrawal"),
    path("work-history/brought/", mine.brought, name="brought"),
    path("work-history/brought/<int:number>/removal/", mine.putting_away, name="putting_away"),
    path("work-history/elsewhere/letter/", elsewhere.letter, name="letter"),
    path("work-history/elsewhere/<int:number>/", elsewhere.elsewhere, name="elsewhere"),
    path(".well-known/work-history-agreement.json", agreement.statement, name="statement"),
    path("credentials/agreement/", agreement.agreement, name="agreement"),
    path("credentials/platforms/", desk.platforms, name="platforms"),
    path("credentials/platforms/<int:number>/reading/", desk.reading, name="reading"),
    path("credentials/platforms/<int:number>/removal/", desk.removal, name="removal"),
    path("credentials/requests/", desk.requests, name="requests"),
    path("credentials/requests/<int:number>/paper/", desk.handing_over, name="handing_over"),
    path("credentials/check/", public.check, name="check"),
    path("credentials/status/<int:number>/", public.status, name="status"),
    path("credentials/office/", office.office, name="office"),
    path("credentials/keys/", office.new_key, name="new_key"),
    path("credentials/keys/<int:number>/withdrawal/", office.key_withdrawal, name="key_withdrawal"),
    path("credentials/issuers/<int:number>/removal/", office.forgetting, name="forgetting"),
    path("credentials/issued/<int:number>/revocation/", office.revocation, name="revocation"),
    path("credentials/shown/<str:token>/", public.shown, name="shown"),
    path("credentials/shown/<str:token>/credential.json", public.shown_file, name="shown_file"),
]
