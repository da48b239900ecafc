"""What a date decides about years: what was kept in members' names falls due."""

from marke.common.clockwork import Wheel
from marke.surplus.services.repaying import repay_due

WHEELS = [Wheel("kept_surplus", repay_due)]
