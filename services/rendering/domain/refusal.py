"""What stops a document for good: a person must change something before it can be rendered."""


class RenderRefused(Exception):
    """The document cannot be rendered as it is. `code` is stable; `reason` is a sentence in Norwegian for a person."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def layout_unknown(layout: str) -> RenderRefused:
    return RenderRefused("layout-unknown", f"Layouten «{layout}» finnes ikke.")


def logo_missing(digest: str) -> RenderRefused:
    return RenderRefused("logo-missing", f"Logoen finnes ikke i lageret ({digest[:12]}…). Last den opp på nytt.")


def logo_damaged(digest: str) -> RenderRefused:
    return RenderRefused("logo-damaged", f"Logoen i lageret er skadet ({digest[:12]}…). Last den opp på nytt.")


def logo_unusable(detail: str) -> RenderRefused:
    return RenderRefused("logo-unusable", f"Logoen kan ikke leses som bilde. Last opp en annen. ({detail})")


def refers_outside(addresses: tuple[str, ...]) -> RenderRefused:
    named = ", ".join(address[:80] for address in addresses[:3])
    return RenderRefused("refers-outside", f"Innholdet viser til noe utenfor dokumentet, og det hentes ikke: {named}")


def characters_missing(characters: str) -> RenderRefused:
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in characters[:10])
    return RenderRefused("characters-missing", f"Skriften har ikke tegnene: {named}")


def address_too_long() -> RenderRefused:
    return RenderRefused(
        "address-too-long", "Mottakerens navn og adresse får ikke plass i konvoluttvinduet. Kort dem ned."
    )


def content_unusable(detail: str) -> RenderRefused:
    return RenderRefused("content-unusable", f"Dokumentet kan ikke settes opp: {detail}")
