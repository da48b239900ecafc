from django.urls import path

from marke.shares.exits.urls import EXIT_URLS
from marke.shares.views import classes, mine, register, requests, transfers

app_name = "shares"
urlpatterns = [
    path("shares/", register.register, name="register"),
    path("shares/register.csv", register.register_csv, name="register_csv"),
    path("shares/entries/", register.entries, name="entries"),
    path("shares/register.pdf", register.register_paper, name="register_pdf"),
    path("shares/holdings.csv", register.holdings_csv, name="holdings_csv"),
    path("shares/calls/", register.calls, name="calls"),
    path("shares/classes/", classes.classes, name="classes"),
    path("shares/classes.csv", classes.classes_csv, name="classes_csv"),
    path("shares/mine/", mine.mine, name="mine"),
    path("shares/mine/certificate.pdf", mine.certificate, name="certificate"),
    path("shares/gift/", mine.gift, name="gift"),
    path("shares/requests/<int:number>/", requests.share_request, name="request"),
    path("shares/requests/<int:number>/cancellation/", requests.cancellation, name="cancellation"),
    path("shares/requests/<int:number>/refund/", requests.refund, name="refund"),
    path("shares/requests/<int:number>/call/", requests.call, name="call"),
    path("shares/transfers/", transfers.transfers, name="transfers"),
    path("shares/transfers.csv", transfers.transfers_csv, name="transfers_csv"),
    path("shares/transfers/new/", transfers.new_transfer, name="new_transfer"),
    path("shares/transfers/<int:number>/", transfers.transfer, name="transfer"),
    path("shares/transfers/<int:number>/moves/", transfers.moves, name="moves"),
    path("shares/inheritance/<int:number>/", transfers.inheritance, name="inheritance"),
    *EXIT_URLS,
]
