from django.urls import path

from marke.invoices.views import claims, internal, invoices, offers, quotes

app_name = "invoices"
urlpatterns = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/invoices.csv", invoices.invoices_csv, name="invoices_csv"),
    path("invoices/to-invoice/", invoices.to_invoice, name="to_invoice"),
    path("invoices/claims/<int:client>/", claims.claims, name="claims"),
    path("invoices/claims/<int:client>/claim.pdf", claims.claims_paper, name="claims_pdf"),
    path("invoices/<slug:number>/", invoices.invoice, name="invoice"),
    path("invoices/<slug:number>/reminder/", claims.reminder, name="reminder"),
    path("invoices/<slug:number>/reminder.pdf", claims.reminder_paper, name="reminder_pdf"),
    path("invoices/<slug:number>/invoice.pdf", invoices.pdf, name="pdf"),
    path("invoices/<slug:number>/credit-note/", invoices.credit, name="credit"),
    path("pay/<str:token>/", invoices.client, name="client"),
    path("pay/<str:token>/<slug:number>/", invoices.client_invoice, name="client_invoice"),
    path("pay/<str:token>/<slug:number>/invoice.pdf", invoices.client_pdf, name="client_pdf"),
    path("internal/", internal.internal_orders, name="internal_orders"),
    path("internal/<int:number>/", internal.internal_order, name="internal_order"),
    path("internal/<int:number>/moves/", internal.internal_moves, name="internal_moves"),
    path("internal/<int:number>/invoice/", internal.internal_billing, name="internal_billing"),
    path("internal/papers/<slug:number>/", internal.internal_invoice, name="internal_invoice"),
    path("internal/papers/<slug:number>/paper.pdf", internal.internal_paper, name="internal_pdf"),
    path("internal/papers/<slug:number>/credit-note/", internal.internal_credit, name="internal_credit"),
    path("quotes/", quotes.all_quotes, name="quotes"),
    path("quotes/new/<int:activity>/", quotes.new_quote, name="new_quote"),
    path("quotes/<int:number>/", quotes.quote, name="quote"),
    path("quotes/<int:number>/draft/", quotes.draft, name="draft"),
    path("quotes/<int:number>/moves/", quotes.quote_moves, name="quote_moves"),
    path("quotes/<int:number>/word/", quotes.told, name="told"),
    path("quotes/<int:number>/invoice/", quotes.order_invoice, name="order_invoice"),
    path("quotes/<int:number>/quote.pdf", quotes.quote_paper, name="quote_pdf"),
    path("offer/<str:token>/", offers.offer, name="offer"),
    path("offer/<str:token>/answer/", offers.offer_answer, name="offer_answer"),
    path("offer/<str:token>/quote.pdf", offers.offer_paper, name="offer_pdf"),
]
