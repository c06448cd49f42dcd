"""The closed sets of words that this service uses in its tables and answers."""

from typing import Final, Literal, get_args

FileState = Literal["imported", "rejected"]
FileChannel = Literal["bureau", "client"]
"""Whose key a bank file was sent with."""
PaymentState = Literal["matched", "unmatched"]
ClaimState = Literal["open", "settled"]
MatchKind = Literal["exact", "partial", "over"]
UnmatchedReason = Literal["unknown_kid", "invalid_kid", "already_settled", "negative_amount"]

FILE_STATES: Final[tuple[str, ...]] = get_args(FileState)
FILE_CHANNELS: Final[tuple[str, ...]] = get_args(FileChannel)
PAYMENT_STATES: Final[tuple[str, ...]] = get_args(PaymentState)
MATCH_KINDS: Final[tuple[str, ...]] = get_args(MatchKind)
UNMATCHED_REASONS: Final[tuple[str, ...]] = get_args(UnmatchedReason)
