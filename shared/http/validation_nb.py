"""Norwegian sentences for what request validation finds. English callers get pydantic's own.

Keys are pydantic's error types, parameters those of the error's `ctx`:
https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.http.bodies import FieldError

SENTENCES_NB: Final[Mapping[str, str]] = {
    "missing": "Feltet må fylles ut.",
    "extra_forbidden": "Feltet er ukjent her.",
    "json_invalid": "Innholdet er ikke gyldig JSON.",
    "model_type": "Her må det stå et objekt.",
    "model_attributes_type": "Her må det stå et objekt.",
    "dict_type": "Her må det stå et objekt.",
    "list_type": "Her må det stå en liste.",
    "tuple_type": "Her må det stå en liste.",
    "set_type": "Her må det stå en liste.",
    "frozen_set_type": "Her må det stå en liste.",
    "too_short": "Listen er for kort; minste antall er {min_length}.",
    "too_long": "Listen er for lang; største antall er {max_length}.",
    "string_type": "Her må det stå tekst.",
    "string_unicode": "Teksten er ikke gyldig Unicode.",
    "string_too_short": "Teksten må ha minst {min_length} tegn.",
    "string_too_long": "Teksten kan ha høyst {max_length} tegn.",
    "string_pattern_mismatch": "Teksten må følge mønsteret «{pattern}».",
    "bool_type": "Verdien må være sann eller usann (true eller false).",
    "bool_parsing": "Verdien må være sann eller usann (true eller false).",
    "int_type": "Verdien må være et heltall.",
    "int_parsing": "Verdien må være et heltall.",
    "int_parsing_size": "Heltallet er for stort.",
    "int_from_float": "Verdien må være et heltall, uten desimaler.",
    "float_type": "Verdien må være et tall.",
    "float_parsing": "Verdien må være et tall.",
    "decimal_type": "Verdien må være et desimaltall.",
    "decimal_parsing": "Verdien må være et desimaltall.",
    "decimal_max_digits": "Tallet kan ha høyst {max_digits} sifre i alt.",
    "decimal_max_places": "Tallet kan ha høyst {decimal_places} desimaler.",
    "decimal_whole_digits": "Tallet kan ha høyst {whole_digits} sifre før komma.",
    "finite_number": "Verdien må være et endelig tall.",
    "greater_than": "Verdien må være større enn {gt}.",
    "greater_than_equal": "Verdien må være minst {ge}.",
    "less_than": "Verdien må være mindre enn {lt}.",
    "less_than_equal": "Verdien kan være høyst {le}.",
    "multiple_of": "Verdien må være et multiplum av {multiple_of}.",
    "literal_error": "Verdien må være en av: {expected}.",
    "enum": "Verdien må være en av: {expected}.",
    "union_tag_invalid": "«{tag}» er ikke en av: {expected_tags}.",
    "union_tag_not_found": "Feltet {discriminator} mangler.",
    "date_type": "Verdien må være en dato, som «2026-11-23».",
    "date_parsing": "Verdien må være en dato, som «2026-11-23».",
    "date_from_datetime_parsing": "Verdien må være en dato, som «2026-11-23».",
    "date_from_datetime_inexact": "Verdien må være en dato uten klokkeslett.",
    "datetime_type": "Verdien må være dato og klokkeslett, som «2026-11-23T12:00:00Z».",
    "datetime_parsing": "Verdien må være dato og klokkeslett, som «2026-11-23T12:00:00Z».",
    "datetime_from_date_parsing": "Verdien må være dato og klokkeslett, som «2026-11-23T12:00:00Z».",
    "datetime_object_invalid": "Verdien må være dato og klokkeslett, som «2026-11-23T12:00:00Z».",
    "timezone_aware": "Klokkeslettet må ha tidssone.",
    "uuid_type": "Verdien må være en UUID.",
    "uuid_parsing": "Verdien må være en UUID.",
    "uuid_version": "Verdien må være en UUID av versjon {expected_version}.",
    "value_error": "Verdien kan ikke brukes.",
    "assertion_error": "Verdien kan ikke brukes.",
}
_UNKNOWN_TYPE: Final = "Verdien kan ikke brukes ({type})."


def sentence_nb(error: Mapping[str, Any]) -> str:
    """The sentence for one entry of `ValidationError.errors()`."""
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, FieldError):
        return cause.nb
    sentence = SENTENCES_NB.get(error["type"])
    if sentence is None:
        return _UNKNOWN_TYPE.format(type=error["type"])
    return sentence.format_map(_in_norwegian(context))


def _in_norwegian(context: Mapping[str, Any]) -> dict[str, Any]:
    """Pydantic joins the last two alternatives with an English "or"."""
    values = dict(context)
    if "expected" in values:
        values["expected"] = " eller ".join(values["expected"].rsplit(" or ", 1))
    return values
