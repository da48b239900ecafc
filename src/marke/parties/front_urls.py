"""Pages of a person, whatever co-ops they belong to."""

from django.urls import path

from marke.parties.views import front

app_name = "people"
urlpatterns = [
    path("me/", front.me, name="me"),
    path("me/data/", front.my_data, name="data"),
    path("me/erasure/", front.erasure, name="erasure"),
    path("me/erased/", front.erased, name="erased"),
    path("demo/sign-in/", front.demo_sign_in, name="demo_sign_in"),
]
