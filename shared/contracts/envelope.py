"""The envelope of every message: CloudEvents 1.0 in structured JSON, with three extensions of our own.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.values import Value

CONTENT_TYPE = "application/cloudevents+json"


class Event(Value):
    """Something that happened, named in the past tense and published by one owner.

    Every event belongs to a client, except the changes of the bureau's own keys and the batches of audit entries.
    """

    TYPE: ClassVar[str]
    """`<owner>.<event>.v<version>`, also the routing key."""

    client_id: UUID | None

    @abstractmethod
    def subject(self) -> UUID:
        """The id of what the event is about. Behind an event that waits for another attempt, later ones with the same
        subject wait too."""

    @classmethod
    def owner(cls) -> str:
        return cls.TYPE.partition(".")[0]

    @classmethod
    def short_name(cls) -> str:
        """`document-confirmed` of `documents.document-confirmed.v1`."""
        return cls.TYPE.split(".")[1]


class Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    type: str
    source: str
    time: AwareDatetime
    subject: UUID
    datacontenttype: Literal["application/json"] = "application/json"
    clientid: UUID | None
    correlationid: str
    causationid: UUID | None = None
    data: dict[str, Any]


def seal(event: Event, *, event_id: UUID, time: datetime, correlation_id: str, causation_id: UUID | None) -> Envelope:
    """Put an event in its envelope."""
    return Envelope(
        id=event_id,
        type=event.TYPE,
        source=f"/faktura/{event.owner()}",
        time=time,
        subject=event.subject(),
        clientid=event.client_id,
        correlationid=correlation_id,
        causationid=causation_id,
        data=event.model_dump(mode="json"),
    )
