"""The addresses that a co-op knows, and the words by which they are found."""

from django.db import models

from marke.parties.models import Client, Coop


class Address(models.Model):
    """An address that somebody booked with, once for each who may see it.

    An address tells where people live. It is suggested only to whoever gave it: to its `client` when they are signed in; where
    it was given by a link, to who holds a link of that `chain` of bookings; to those who coordinate; and to everybody only
    when a coordinator made it `public`: the bakery where things are picked up.
    """

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="addresses")
    client = models.ForeignKey(Client, models.CASCADE, related_name="addresses")
    chain = models.CharField(max_length=40, help_text="the key of the first booking that a link was followed from")
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, help_text="without accents, case and punctuation")
    lat_e7 = models.BigIntegerField(null=True, blank=True)
    lon_e7 = models.BigIntegerField(null=True, blank=True)
    public = models.BooleanField(default=False)
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "client", "chain", "folded"], name="an_address_is_known_once_to_who_gave_it"),
            models.CheckConstraint(
                condition=models.Q(lat_e7=None, lon_e7=None)
                | models.Q(lat_e7__range=(-900_000_000, 900_000_000), lon_e7__range=(-1_800_000_000, 1_800_000_000)),
                name="an_address_is_on_the_globe_or_not_placed",
            ),
        ]
        indexes = [models.Index(fields=["coop", "folded"], name="addresses_by_text")]

    def __str__(self) -> str:
        return self.text


class AddressWord(models.Model):
    """One word of an address. Bytes, because the order of letters, by which beginnings are found, differs by database."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    address = models.ForeignKey(Address, models.CASCADE, related_name="words")
    word = models.BinaryField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "word", "address"], name="a_word_leads_to_an_address_once")]
