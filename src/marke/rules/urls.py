from django.urls import path

from marke.rules import views

app_name = "rules"
urlpatterns = [
    path("rules/", views.rulebook, name="rulebook"),
    path("rules/<str:key>/", views.rule, name="rule"),
    path("rules/<str:key>/history.csv", views.rule_csv, name="rule_csv"),
    path("decisions-book/", views.register, name="register"),
    path("decisions-book/decisions.csv", views.register_csv, name="register_csv"),
    path("decisions-book/<int:number>/", views.decision, name="decision"),
    path("agreement/", views.agreement, name="agreement"),
    path("agreement/agreement.pdf", views.agreement_pdf, name="agreement_pdf"),
    path("agreement/attestation/", views.attestation, name="attestation"),
]
