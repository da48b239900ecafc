"""Safety: calling for help, saying that all is well, sharing a trip, keeping apart."""

from django.urls import path

from marke.safety.views import alarms, apart, mine, trips

app_name = "safety"
urlpatterns = [
    path("safety/", mine.index, name="safety"),
    path("safety/contact/", mine.contact, name="contact"),
    path("safety/check-ins/<int:number>/", mine.check_in, name="check_in"),
    path("safety/alarms/", alarms.alarms, name="alarms"),
    path("safety/alarms/<int:pk>/", alarms.alarm, name="alarm"),
    path("safety/trips/<int:number>/", trips.share, name="share_trip"),
    path("safety/apart/<int:number>/", apart.member, name="apart"),
    path("trip/<str:token>/", trips.trip, name="trip"),
    path("follow/<str:token>/apart/", apart.client, name="follow_apart"),
]
