from django.urls import path

from marke.payments.views import incoming, mine, runs, statements

app_name = "payments"
urlpatterns = [
    path("payments/", incoming.requests, name="requests"),
    path("payments/requests.csv", incoming.requests_csv, name="requests_csv"),
    path("payments/record/", incoming.record, name="record"),
    path("payments/received/", incoming.received, name="received"),
    path("payments/received/<int:number>/", incoming.payment, name="payment"),
    path("payments/received/<int:number>/match/", incoming.match, name="match"),
    path("payments/received/<int:number>/reversal/", incoming.reversal, name="reversal"),
    path("payments/received/<int:number>/refund/", incoming.send_back, name="send_back"),
    path("payments/refunds/", incoming.refunds, name="refunds"),
    path("payments/refunds/<uuid:account>/", incoming.refund, name="refund"),
    path("payments/statements/", statements.statements, name="statements"),
    path("payments/statements/sample.<slug:kind>", statements.sample, name="statement_sample"),
    path("payments/statements/<int:number>/", statements.statement, name="statement"),
    path("payments/statements/<int:number>/entries.csv", statements.statement_csv, name="statement_csv"),
    path("payments/statements/<int:number>/columns/", statements.columns, name="statement_columns"),
    path("payments/statements/<int:number>/booking/", statements.booking, name="statement_booking"),
    path("payments/statements/<int:number>/discarding/", statements.discarding, name="statement_discarding"),
    path("payments/statements/<int:number>/proposals/", statements.proposals, name="statement_proposals"),
    path("payments/statements/<int:number>/entries/<int:position>/", statements.entry, name="statement_entry"),
    path("pay-runs/", runs.pay_runs, name="pay_runs"),
    path("pay-runs/<int:number>/", runs.pay_run, name="pay_run"),
    path("pay-runs/<int:number>/bank-file.xml", runs.pay_run_sepa, name="pay_run_sepa"),
    path("pay-runs/<int:number>/lines.csv", runs.pay_run_csv, name="pay_run_csv"),
    path("pay-runs/<int:number>/<slug:state>/", runs.pay_run_state, name="pay_run_state"),
    path("my-pay/", mine.my_pay, name="my_pay"),
    path("my-pay/bank-account/", mine.my_bank, name="my_bank"),
    path("my-pay/bank-account/cancellation/", mine.cancel_change, name="cancel_change"),
    path("bank/<str:token>/", mine.bank_link, name="bank_link"),
    path("bank/<str:token>/confirmation/", mine.bank_link_confirm, name="bank_link_confirm"),
    path("bank/<str:token>/cancellation/", mine.bank_link_cancel, name="bank_link_cancel"),
]
