"""Through which door something came in."""

from marke.jobs.models import Door
from marke.parties.http import CoopRequest

TOLD = (Door.PHONE, Door.CHAT, Door.PAPER)


def door_of(request: CoopRequest) -> str:
    """What a coordinator writes down for somebody came by phone, chat or paper; what people do themselves, by the web."""
    door = request.POST.get("door", "")
    return door if door in TOLD else Door.WEB
