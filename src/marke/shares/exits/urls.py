"""The addresses of shares that are given back; they stand under those of the shares."""

from django.urls import path

from marke.shares.exits import views

EXIT_URLS = [
    path("shares/mine/exit/", views.give_back, name="give_back"),
    path("shares/exits/", views.exits, name="exits"),
    path("shares/exits/exits.csv", views.exits_csv, name="exits_csv"),
    path("shares/exits/new/", views.end_membership, name="end_membership"),
    path("shares/exits/<int:number>/", views.exit_page, name="exit"),
    path("shares/exits/<int:number>/cancellation/", views.exit_cancellation, name="exit_cancellation"),
    path("shares/exits/<int:number>/payment/", views.exit_payment, name="exit_payment"),
    path("shares/exits/<int:number>/statement.pdf", views.exit_statement, name="exit_statement"),
    path("shares/liquidity/", views.liquidity_reports, name="liquidity_reports"),
    path("shares/liquidity/<int:number>/", views.liquidity_report, name="liquidity_report"),
]
