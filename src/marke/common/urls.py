from django.urls import path

from marke.common import views

app_name = "common"
urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.outbox_mail, name="mail"),
    path("patterns/", views.patterns, name="patterns"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]
