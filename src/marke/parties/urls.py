"""Members, circles, offices, joining and leaving."""

from django.urls import path

from marke.parties.views import acting, circles, invitations, joining, mandates, members

app_name = "parties"
urlpatterns = [
    path("me/", members.mine, name="me"),
    path("members/", members.index, name="members"),
    path("members.csv", members.index_csv, name="members_csv"),
    path("members/new/", members.new, name="new_member"),
    path("members/<int:number>/", members.member, name="member"),
    path("members/<int:number>/contact/", members.contact, name="contact"),
    path("members/<int:number>/representatives/", acting.represented, name="representatives"),
    path("members/<int:number>/representatives/<int:pk>/end/", acting.end_representing, name="end_representing"),
    path("home-base/", members.home_base, name="home_base"),
    path("join/", joining.join, name="join"),
    path("join/<str:token>/", joining.join, name="join_by"),
    path("joined/", joining.joined, name="joined"),
    path("me/contact/sharing/", members.share_contact, name="share_contact"),
    path("leaving/", joining.leave, name="leave"),
    path("left/", joining.left, name="left"),
    path("invitations/", invitations.index, name="invitations"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/withdrawal/", invitations.withdraw, name="withdraw_invitation"),
    path("circles/", circles.index, name="circles"),
    path("circles/new/", circles.new, name="new_circle"),
    path("circles/<int:pk>/", circles.circle, name="circle"),
    path("circles/<int:pk>/membership/", circles.place, name="circle_place"),
    path("circles/<int:pk>/closing/", circles.closing, name="close_circle"),
    path("mandates/", mandates.index, name="mandates"),
    path("mandates/new/", mandates.new, name="new_mandate"),
    path("mandates/<int:pk>/end/", mandates.ending, name="end_mandate"),
    path("acting/", acting.acting, name="acting"),
    path("details/", acting.details, name="details"),
]
