from django.urls import path

from marke.surplus import views

app_name = "surplus"
urlpatterns = [
    path("years/", views.years, name="years"),
    path("years/<int:number>/", views.year, name="year"),
    path("years/<int:number>/mine/", views.mine, name="mine"),
]
