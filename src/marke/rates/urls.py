"""What our work costs."""

from django.urls import path

from marke.rates import views

app_name = "rates"
urlpatterns = [
    path("rates/", views.index, name="rates"),
    path("rates/try/<slug:job_kind>/", views.try_fare, name="try"),
    path("rates/mine/<slug:job_kind>/", views.mine, name="mine"),
    path("rates/mine/<slug:job_kind>/shown/", views.shown, name="shown"),
    path("rates/mine/<slug:job_kind>/end/", views.end_mine, name="end_mine"),
    path("rates/clients/", views.agreements, name="agreements"),
    path("rates/clients/new/", views.agree, name="agree"),
    path("rates/clients/<int:pk>/end/", views.end_agreement, name="end_agreement"),
]
