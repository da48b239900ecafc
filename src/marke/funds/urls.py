from django.urls import path

from marke.funds import views

app_name = "funds"
urlpatterns = [
    path("funds/", views.funds, name="funds"),
    path("funds/flows.csv", views.flows_csv, name="flows_csv"),
    path("funds/collections/", views.collection, name="collection"),
    path("funds/aid/", views.aid, name="aid"),
    path("funds/aid/participation/", views.participation, name="participation"),
    path("funds/aid/requests/", views.claims, name="claims"),
    path("funds/aid/requests/<int:number>/", views.claim, name="claim"),
    path("funds/aid/requests/<int:number>/decision/", views.decision, name="decision"),
    path("funds/aid/requests/<int:number>/vote/", views.vote, name="vote"),
    path("funds/aid/requests/<int:number>/withdrawal/", views.withdrawal, name="withdrawal"),
]
