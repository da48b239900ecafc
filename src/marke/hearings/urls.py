"""Hearings: what a member is said to have done, what they say, what follows."""

from django.urls import path

from marke.hearings import views

app_name = "hearings"
urlpatterns = [
    path("hearings/", views.hearings, name="hearings"),
    path("hearings/new/", views.new, name="new"),
    path("hearings/<int:number>/", views.case, name="case"),
    path("hearings/<int:number>/signatures/", views.signature, name="signature"),
    path("hearings/<int:number>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("hearings/<int:number>/speaker/", views.speaker, name="speaker"),
    path("hearings/<int:number>/statement/", views.statement, name="statement"),
    path("hearings/<int:number>/photos/<int:pk>/", views.photo, name="photo"),
    path("hearings/<int:number>/suspension/", views.suspension, name="suspension"),
    path("hearings/<int:number>/suspension/end/", views.suspension_end, name="suspension_end"),
    path("hearings/<int:number>/outcome/", views.outcome, name="outcome"),
    path("hearings/<int:number>/appeal/", views.appeal, name="appeal"),
    path("hearings/<int:number>/appeal/vote/", views.appeal_vote, name="appeal_vote"),
    path("hearings/<int:number>/appeal/outcome/", views.appeal_outcome, name="appeal_outcome"),
]
