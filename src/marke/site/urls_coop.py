"""The co-op's own front page, and its founding."""

from django.urls import path

from marke.site import founding_views, views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("founding/", founding_views.founding, name="founding"),
]
