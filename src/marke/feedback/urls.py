"""What was said about work, and what is shown of it."""

from django.urls import path

from marke.feedback.views import client, office, shown

app_name = "feedback"
urlpatterns = [
    path("said/", shown.said, name="said"),
    path("said.csv", shown.said_csv, name="said_csv"),
    path("said/mine/", shown.mine, name="mine"),
    path("said/all/", office.all_said, name="all"),
    path("said/<int:pk>/", office.one, name="one"),
    path("said/<int:pk>/answers/", office.answers, name="answers"),
    path("said/<int:pk>/hiding/", office.hiding, name="hiding"),
    path("said/<int:pk>/contest/", office.contest, name="contest"),
    path("circles/<int:pk>/said/", shown.circle, name="circle"),
    path("jobs/<int:number>/place/", office.place, name="place"),
    path("follow/<str:token>/said/", client.say, name="say"),
    path("follow/<str:token>/said/contest/", client.contest, name="say_contest"),
    path("offer/<str:token>/said/", client.say_order, name="say_order"),
    path("offer/<str:token>/said/contest/", client.contest_order, name="say_order_contest"),
    path("follow/<str:token>/letters/", client.letters, name="letters"),
]
