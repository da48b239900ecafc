"""How members are insured while they work."""

from django.urls import path

from marke.engagements import views

app_name = "engagements"
urlpatterns = [
    path("cover/", views.cover, name="cover"),
    path("cover/new/", views.new_policy, name="new_policy"),
    path("cover/billed/", views.billed, name="billed"),
    path("cover/<int:number>/", views.policy, name="policy"),
    path("cover/<int:number>/ending/", views.ending, name="ending"),
    path("cover/<int:number>/members/<int:member>/removal/", views.removal, name="removal"),
]
