"""What messages hold is shown as text, whatever it is."""

import pytest

from cli.console import show


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Ærlig Økonomi ÅS\n[b]ikke fet[/b]", "Ærlig Økonomi ÅS\n[b]ikke fet[/b]", id="letters and markup"),
        pytest.param("\x1b]0;owned\x07\x1b[2J", r"\x1b]0;owned\x07\x1b[2J", id="commands to the terminal"),
        pytest.param("abc\rxyz\u202e", r"abc\rxyz\u202e", id="overwriting and reversing"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str], text: str, shown: str) -> None:
    show(text)
    assert capsys.readouterr().out == shown + "\n"
