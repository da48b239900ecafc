from django.urls import path

from marke.shares import views

app_name = "shares"
urlpatterns = [
    path("shares/", views.register, name="register"),
    path("shares/register.csv", views.register_csv, name="register_csv"),
    path("shares/mine/", views.mine, name="mine"),
    path("shares/mine/certificate.pdf", views.certificate, name="certificate"),
    path("shares/requests/<int:number>/", views.share_request, name="request"),
    path("shares/requests/<int:number>/cancellation/", views.cancellation, name="cancellation"),
    path("shares/requests/<int:number>/refund/", views.refund, name="refund"),
]
