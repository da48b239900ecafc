"""The addresses of shares that are given back; they stand under those of the shares."""

from django.urls import path

from marke.shares.exits.views import member, paying

EXIT_URLS = [
    path("shares/mine/exit/", member.give_back, name="give_back"),
    path("shares/exits/", paying.exits, name="exits"),
    path("shares/exits/exits.csv", paying.exits_csv, name="exits_csv"),
    path("shares/exits/new/", paying.end_membership, name="end_membership"),
    path("shares/exits/<int:number>/", member.exit_page, name="exit"),
    path("shares/exits/<int:number>/cancellation/", member.exit_cancellation, name="exit_cancellation"),
    path("shares/exits/<int:number>/payment/", paying.exit_payment, name="exit_payment"),
    path("shares/exits/<int:number>/statement.pdf", member.exit_statement, name="exit_statement"),
    path("shares/liquidity/", paying.liquidity_reports, name="liquidity_reports"),
    path("shares/liquidity/<int:number>/", paying.liquidity_report, name="liquidity_report"),
]
