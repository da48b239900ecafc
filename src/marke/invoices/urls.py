from django.urls import path

from marke.invoices import views

app_name = "invoices"
urlpatterns = [
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/invoices.csv", views.invoices_csv, name="invoices_csv"),
    path("invoices/to-invoice/", views.to_invoice, name="to_invoice"),
    path("invoices/<slug:number>/", views.invoice, name="invoice"),
    path("invoices/<slug:number>/invoice.pdf", views.pdf, name="pdf"),
    path("invoices/<slug:number>/credit-note/", views.credit, name="credit"),
    path("pay/<str:token>/", views.client, name="client"),
    path("pay/<str:token>/<slug:number>/", views.client_invoice, name="client_invoice"),
    path("pay/<str:token>/<slug:number>/invoice.pdf", views.client_pdf, name="client_pdf"),
]
