"""The closed sets of words that this service uses, in its tables and in its facts."""

from typing import Final, Literal, get_args

from shared.contracts.payments import MatchKind, UnmatchedReason

FileState = Literal["imported", "rejected"]
PaymentState = Literal["matched", "unmatched"]
ClaimState = Literal["open", "settled"]

FILE_STATES: Final[tuple[str, ...]] = get_args(FileState)
PAYMENT_STATES: Final[tuple[str, ...]] = get_args(PaymentState)
MATCH_KINDS: Final[tuple[str, ...]] = get_args(MatchKind)
UNMATCHED_REASONS: Final[tuple[str, ...]] = get_args(UnmatchedReason)
