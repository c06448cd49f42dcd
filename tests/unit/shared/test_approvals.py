"""Who may approve what another has requested."""

from uuid import UUID

import pytest

from shared.approvals import Person, may_approve

KEY, OTHER_KEY = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("requested_by", "by", "may"),
    [
        (Person(KEY, "Berit"), Person(OTHER_KEY, "Kåre"), True),
        (Person(KEY, "Berit"), Person(KEY, "Kåre"), False),
        (Person(KEY, "Berit"), Person(OTHER_KEY, "Berit"), False),
        (Person(KEY, "Berit"), Person(OTHER_KEY, " BERIT "), False),
        (Person(KEY, "Kåre  Moe"), Person(OTHER_KEY, "kåre moe"), False),
        (Person(KEY, "Kåre"), Person(OTHER_KEY, "Ka\u030are"), False),
        (Person(KEY, None), Person(OTHER_KEY, "Kåre"), False),
        (Person(KEY, "Berit"), Person(OTHER_KEY, None), False),
        (Person(KEY, None), Person(OTHER_KEY, None), False),
    ],
)
def test_only_another_named_person_with_another_key_may_approve(requested_by: Person, by: Person, may: bool) -> None:
    assert may_approve(requested_by, by) is may
