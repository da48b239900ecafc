"""What is done to people and their belonging. One function = one use case = one transaction."""

from marke.parties.services.circles import close_circle, create_circle, join_circle, leave_circle
from marke.parties.services.coops import create_coop, declare_founded, describe_coop
from marke.parties.services.invitations import invite, join_by_invitation, withdraw_invitation
from marke.parties.services.joining import apply_on_behalf, join_as_new_person
from marke.parties.services.lists import admit_list
from marke.parties.services.mandates import end_mandate, give_mandate
from marke.parties.services.memberships import (
    admit_member,
    apply_for_membership,
    check_heard,
    describe_membership,
    exclude,
    leave,
    refuse_member,
    reinstate,
    share_contact,
    suspend,
)
from marke.parties.services.people import (
    change_person,
    create_party,
    end_representation,
    ensure_client,
    erase_party,
    give_sign_in,
    link_sign_in,
    represent,
)

__all__ = [
    "admit_list",
    "admit_member",
    "apply_for_membership",
    "apply_on_behalf",
    "change_person",
    "check_heard",
    "close_circle",
    "create_circle",
    "create_coop",
    "create_party",
    "declare_founded",
    "describe_coop",
    "describe_membership",
    "end_mandate",
    "end_representation",
    "ensure_client",
    "erase_party",
    "exclude",
    "give_mandate",
    "give_sign_in",
    "invite",
    "join_as_new_person",
    "join_by_invitation",
    "join_circle",
    "leave",
    "leave_circle",
    "link_sign_in",
    "refuse_member",
    "reinstate",
    "represent",
    "share_contact",
    "suspend",
    "withdraw_invitation",
]
