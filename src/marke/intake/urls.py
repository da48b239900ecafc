"""Imports of spreadsheets."""

from django.urls import path, re_path

from marke.intake import views

app_name = "intake"
urlpatterns = [
    path("imports/", views.batches, name="batches"),
    re_path(r"^imports/members\.(?P<kind>csv|xlsx)$", views.template, name="template"),
    path("imports/<int:number>/", views.batch, name="batch"),
    path("imports/<int:number>/columns/", views.mapping, name="mapping"),
    path("imports/<int:number>/booking/", views.booking, name="booking"),
    path("imports/<int:number>/discarding/", views.discarding, name="discarding"),
]
