from django.urls import path

from marke.selfbills import views

app_name = "selfbills"
urlpatterns = [
    path("self-billing/", views.mine, name="mine"),
    path("self-billing/all/", views.every, name="every"),
    path("self-billing/all/papers.csv", views.bills_csv, name="bills_csv"),
    path("self-billing/agreements/<int:number>/moves/", views.agreement_moves, name="agreement_moves"),
    path("self-billing/agreements/<int:number>/billing/", views.billing, name="billing"),
    path("self-billing/papers/<slug:number>/", views.bill, name="bill"),
    path("self-billing/papers/<slug:number>/paper.pdf", views.paper, name="paper"),
    path("self-billing/papers/<slug:number>/e-invoice.xml", views.file, name="file"),
    path("self-billing/papers/<slug:number>/reply/", views.reply, name="reply"),
    path("self-billing/papers/<slug:number>/answer/", views.answer, name="answer"),
    path("self-billing/papers/<slug:number>/credit-note/", views.credit, name="credit"),
]
