"""The title of every refusal is words in the caller's language, and the same for every occurrence (RFC 9457)."""

import re

import pytest

from services.system import NAMES, load
from shared.http import auth, edge, idempotency, paging, throttle, versions
from shared.http.problems import COMMON_REFUSALS
from shared.http.titles import status_title, title_of
from shared.problems import Refusal

_ENGLISH = re.compile(r"\b(the|is|are|not|cannot|must|of|and|with)\b")
_LANGUAGES = pytest.mark.parametrize("language", ["nb", "en"])


def _refusals() -> dict[str, Refusal]:
    """Those of all services, and of the HTTP edge."""
    at_the_edge = [
        item for module in (auth, edge, idempotency, paging, throttle, versions) for item in vars(module).values()
    ]
    refusals = [refusal for name in NAMES for refusal in load(name).refusals.values()]
    refusals += [item for item in at_the_edge if isinstance(item, Refusal)]
    return {refusal.code: refusal for refusal in (*refusals, *COMMON_REFUSALS.values())}


@pytest.fixture(scope="module")
def refusals() -> dict[str, Refusal]:
    return _refusals()


@_LANGUAGES
def test_no_title_is_a_code_or_has_parameters(refusals: dict[str, Refusal], language: str) -> None:
    for code, refusal in refusals.items():
        title = title_of(refusal, language)
        assert " " in title, code
        assert "{" not in title
        assert "-" not in code or code not in title


def test_norwegian_titles_and_sentences_are_norwegian(refusals: dict[str, Refusal]) -> None:
    for refusal in refusals.values():
        assert not _ENGLISH.search(title_of(refusal, "nb")), refusal
        assert not _ENGLISH.search(refusal.nb), refusal


@_LANGUAGES
def test_a_status_of_a_refusal_with_parameters_has_a_title_of_its_own(
    refusals: dict[str, Refusal], language: str
) -> None:
    statuses = {refusal.status for refusal in refusals.values() if refusal.has_params}
    general = status_title(599, language)
    assert [status for status in statuses if status_title(status, language) == general] == []


def test_a_sentence_without_parameters_is_the_title() -> None:
    refusal = Refusal(404, "entry-not-found", "Bilaget finnes ikke.", "There is no such entry.")
    assert title_of(refusal, "nb") == "Bilaget finnes ikke."
    assert title_of(refusal, "en") == "There is no such entry."


def test_a_sentence_with_parameters_gives_way_to_words_for_the_status() -> None:
    refusal = Refusal(404, "customer-not-found", "Kunden {number} finnes ikke.", "There is no customer {number}.")
    assert title_of(refusal, "nb") == "Ikke funnet"
    assert title_of(refusal, "en") == "Not found"
