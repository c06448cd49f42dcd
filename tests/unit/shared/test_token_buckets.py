"""Token buckets: a burst at first, a steady rate after it, and flat memory."""

from shared.http.throttle import REMEMBERED, TokenBuckets


class Seconds:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_the_burst_there_is_one_token_per_period() -> None:
    seconds = Seconds()
    buckets = TokenBuckets(per_s=0.5, burst=2, now=seconds)
    for _ in range(2):
        assert buckets.wait_s("a") == 0
        buckets.take("a")
    assert buckets.wait_s("a") == 2

    seconds.now = 2.0
    assert buckets.wait_s("a") == 0
    buckets.take("a")
    assert buckets.wait_s("a") == 2


def test_a_bucket_never_holds_more_than_the_burst() -> None:
    seconds = Seconds()
    buckets = TokenBuckets(per_s=1, burst=1, now=seconds)
    buckets.take("a")
    seconds.now = 1000.0
    buckets.take("a")
    assert buckets.wait_s("a") == 1


def test_each_name_has_its_own_bucket() -> None:
    buckets = TokenBuckets(per_s=1, burst=1, now=Seconds())
    buckets.take("a")
    assert buckets.wait_s("b") == 0


def test_names_not_seen_for_long_are_forgotten() -> None:
    buckets = TokenBuckets(per_s=1, burst=1, now=Seconds())
    for number in range(REMEMBERED + 1):
        buckets.take(number)
    assert (buckets.wait_s(0), buckets.wait_s(1)) == (0, 1)
