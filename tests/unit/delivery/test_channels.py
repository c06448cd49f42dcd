"""The channels as data: what the table says of each, and that a third one is only a row more."""

from dataclasses import replace
from datetime import timedelta
from typing import cast, get_args

import pytest

from services.delivery.domain.channels import CHANNELS, ChannelRule
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.document import Recipient, choose_artefact
from services.delivery.domain.machine import Change, Terms, after, start_on
from services.delivery.domain.outcome import Accepted, Deferred, Rejected, Unknown
from services.delivery.domain.routing import Route, route
from services.delivery.events import dispatched, rendered_document
from shared.contracts.values import DocumentSummary
from shared.values import Channel, Purpose
from tests.support.examples_delivery import a_rendered, an_artefact
from tests.support.examples_documents import a_buyer, a_credit_note, an_invoice
from tests.unit.delivery.examples import NOW, TERMS, a_delivery

EHF = cast(Channel, "ehf")
EHF_RULE = ChannelRule(
    obstacle=lambda recipient: None if recipient.email else "the customer is not in ELMA",
    purposes=("structured",),
    first_state="ready",
    waiting="waits for the access point",
    promise=timedelta(hours=2),
    backoff=(timedelta(minutes=10),),
)
THREE = Terms({**CHANNELS, EHF: EHF_RULE})


def moved(delivery: Delivery, change: Change) -> Delivery:
    return replace(delivery, state=change.state, channel=change.channel, failures=change.failures)


def test_every_channel_has_a_rule() -> None:
    assert set(CHANNELS) == set(get_args(Channel))


def test_a_third_channel_is_walked_by_its_row_alone() -> None:
    rendered = replace(
        rendered_document(a_rendered(more=(an_artefact(purpose="structured"),))), channels=(EHF, "print")
    )
    chosen = route(rendered, THREE.channels)
    assert chosen == Route((EHF, "print"), ())
    start = start_on(chosen, NOW, THREE)
    assert (start.state, start.channel, start.promised_at) == ("ready", EHF, NOW + timedelta(hours=2))
    delivery = moved(a_delivery(channels=chosen.channels), start)
    deferred = after(delivery, Deferred("busy", "answer"), NOW, THREE)
    assert (deferred.state, deferred.next_attempt_at) == ("ready", NOW + timedelta(minutes=10))
    assert after(delivery, Unknown("silence"), NOW, THREE).state == "uncertain"
    assert after(delivery, Accepted("receipt"), NOW, THREE).channel == EHF
    given_up = after(moved(delivery, deferred), Deferred("busy", "answer"), NOW, THREE)
    assert (given_up.state, given_up.channel, given_up.failures) == ("in_print", "print", 0)


def test_a_third_channels_obstacles_are_its_own() -> None:
    without_file = replace(rendered_document(a_rendered()), channels=(EHF, "email"))
    assert route(without_file, THREE.channels) == Route(("email",), ("ehf: the document has no file for this channel",))
    unreachable = rendered_document(a_rendered(more=(an_artefact(purpose="structured"),), email=None))
    chosen = route(replace(unreachable, channels=(EHF,)), THREE.channels)
    assert chosen == Route((), ("ehf: the customer is not in ELMA",))


def test_a_third_channel_may_come_after_a_known_one() -> None:
    change = after(a_delivery(channels=("email", EHF)), Rejected("550", "rcpt"), NOW, THREE)
    assert (change.state, change.channel) == ("ready", EHF)


@pytest.mark.parametrize(
    ("channel", "purposes", "chosen"),
    [
        ("email", ("read", "print", "structured"), "read"),
        ("email", ("print",), None),
        ("print", ("read", "print", "structured"), "print"),
        ("print", ("structured", "read"), "read"),
        ("print", (), None),
    ],
)
def test_a_channel_sends_the_first_artefact_that_serves_it(
    channel: Channel, purposes: tuple[Purpose, ...], chosen: Purpose | None
) -> None:
    artefacts = [an_artefact(purpose=purpose) for purpose in purposes]
    rendered = rendered_document(a_rendered(more=tuple(artefacts)))
    artefact = choose_artefact(rendered.artefacts[1:], TERMS.channels[channel].purposes)
    assert (artefact.purpose if artefact else None) == chosen


def test_each_agreed_channel_is_used_once_in_the_agreed_order() -> None:
    rendered = rendered_document(a_rendered(channels=("print", "email", "print")))
    assert route(rendered, CHANNELS) == Route(("print", "email"), ())


def test_an_agreement_without_channels_is_an_obstacle() -> None:
    rendered = rendered_document(a_rendered(channels=()))
    assert route(rendered, CHANNELS) == Route((), ("the agreement names no channel",))


@pytest.mark.parametrize(
    ("recipient", "channel", "obstacle"),
    [
        (Recipient(email=None, postal_code="6004", city="Ålesund"), "email", "the customer has no e-mail address"),
        (Recipient(email="a@b@c", postal_code="", city=""), "email", "the e-mail address is not one that mail can"),
        (Recipient(email="a@b.example", postal_code=" ", city="Ålesund"), "print", "the postal address is incomplete"),
    ],
)
def test_each_channel_names_its_obstacle(recipient: Recipient, channel: Channel, obstacle: str) -> None:
    assert (CHANNELS[channel].obstacle(recipient) or "").startswith(obstacle)


def test_the_agreed_address_goes_before_the_customers_own() -> None:
    event = a_rendered(of=an_invoice(1, buyer=a_buyer(email="own@sbb.example")), email="agreed@sbb.example")
    own = event.model_copy(update={"delivery": event.delivery.model_copy(update={"email": None})})
    assert rendered_document(event).recipient.email == "agreed@sbb.example"
    assert rendered_document(own).recipient.email == own.buyer.email


def test_an_event_passes_the_document_on_as_it_came() -> None:
    note = a_rendered(of=a_credit_note())
    delivery = replace(a_delivery(), document=rendered_document(note).document)
    change = after(delivery, Accepted("250 ok"), NOW, TERMS)
    assert dispatched(delivery, change).document == note.document
    assert set(DocumentSummary.model_fields) == set(type(delivery.document).model_fields)


@pytest.mark.parametrize(
    ("recipient", "obstacle"),
    [
        (Recipient(postal_code="", city="DUBAI", country="AE"), None),
        (Recipient(postal_code="", city="", country="AE"), "the postal address is incomplete"),
        (Recipient(postal_code="", city="OSLO"), "the postal address is incomplete"),
        (Recipient(postal_code="", city="STOCKHOLM", country="SE"), "the postal address is incomplete"),
    ],
)
def test_a_letter_needs_a_postal_code_where_the_country_has_one(recipient: Recipient, obstacle: str | None) -> None:
    assert CHANNELS["print"].obstacle(recipient) == obstacle
