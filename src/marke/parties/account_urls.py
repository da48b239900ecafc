"""Pages about one's sign-in: only for who has shown that the mail address is theirs.

Somebody who joins on a phone or starts a co-op is let in at once, by whatever address they type. If they could choose
a password or add a second address there, they would keep a way in when the true owner comes.
"""

from allauth.account import views
from django.urls import path

from marke.parties.permissions import proven_only

urlpatterns = [
    path("email/", proven_only(views.email), name="account_email"),
    path("password/set/", proven_only(views.password_set), name="account_set_password"),
    path("password/change/", proven_only(views.password_change), name="account_change_password"),
]
