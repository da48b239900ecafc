from django.urls import path

from marke.sending import views

app_name = "sending"
urlpatterns = [
    path("e-invoices/", views.e_invoices, name="e_invoices"),
    path("e-invoices/connection/", views.connection, name="connection"),
    path("e-invoices/connection/closing/", views.closing, name="closing"),
    path("e-invoices/clients/<int:number>/", views.recipient, name="recipient"),
    path("e-invoices/members/<int:number>/", views.member, name="member"),
    path("e-invoices/<slug:number>/", views.e_invoice, name="e_invoice"),
    path("e-invoices/<slug:number>/file.xml", views.file, name="file"),
    path("e-invoices/<slug:number>/sending/", views.sending, name="sending"),
]
