"""The closed sets of words that this service uses in its tables and answers."""

from typing import Final, Literal, get_args

FileState = Literal["imported", "rejected"]
FileChannel = Literal["bureau", "client"]
"""Whose key a bank file was sent with."""
PaymentState = Literal["unmatched", "matched", "refunded", "reversed"]
"""Unmatched as long as anything of the payment lies in clearing; else by what became of most of it last."""
ClaimState = Literal["open", "settled"]
MatchKind = Literal["exact", "partial", "over"]
UnmatchedReason = Literal["unknown_kid", "invalid_kid", "already_settled", "negative_amount"]
"""Why a payment matched nothing when it came."""
WaitingReason = Literal[UnmatchedReason, "by_hand"]
"""Why something of a payment waits now. What a person has touched is left to persons: `by_hand`."""
UndoReason = Literal["by_hand", "reversed"]

FILE_STATES: Final[tuple[str, ...]] = get_args(FileState)
FILE_CHANNELS: Final[tuple[str, ...]] = get_args(FileChannel)
PAYMENT_STATES: Final[tuple[str, ...]] = get_args(PaymentState)
MATCH_KINDS: Final[tuple[str, ...]] = get_args(MatchKind)
WAITING_REASONS: Final[tuple[str, ...]] = get_args(WaitingReason)
UNDO_REASONS: Final[tuple[str, ...]] = get_args(UndoReason)
