"""Every address of the installation. Below a co-op's name, each app brings its own nouns."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("marke.parties.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("marke.common.urls")),
    path("", include("marke.site.pages_urls")),
    path("", include("marke.parties.front_urls")),
    path(
        "<slug:coop>/",
        include(
            [
                path("", include("marke.parties.urls")),
                path("", include("marke.rules.urls")),
                path("", include("marke.ledger.urls")),
                path("", include("marke.payments.urls")),
                path("", include("marke.decisions.urls")),
                path("", include("marke.jobs.urls")),
                path("", include("marke.shares.urls")),
                path("", include("marke.activities.urls")),
                path("", include("marke.invoices.urls")),
                path("", include("marke.bills.urls")),
                path("", include("marke.places.urls")),
                path("", include("marke.slots.urls")),
                path("", include("marke.rates.urls")),
                path("", include("marke.dispatch.urls")),
                path("", include("marke.feedback.urls")),
                path("", include("marke.hearings.urls")),
                path("", include("marke.safety.urls")),
                path("", include("marke.statutes.urls")),
                path("", include("marke.rounds.urls")),
                path("", include("marke.capital.urls")),
                path("", include("marke.funds.urls")),
                path("", include("marke.plan.urls")),
                path("", include("marke.selfbills.urls")),
                path("", include("marke.sellers.urls")),
                path("", include("marke.surplus.urls")),
                path("", include("marke.treasury.urls")),
                path("", include("marke.intake.urls")),
                path("", include("marke.credentials.urls")),
                path("", include("marke.engagements.urls")),
                path("", include("marke.doors.urls")),
                path("", include("marke.doors.api.urls")),
                path("", include("marke.sending.urls")),
                path("", include("marke.site.urls_coop")),
            ]
        ),
    ),
]
