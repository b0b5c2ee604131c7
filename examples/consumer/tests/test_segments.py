import pytest

from app.segments import count_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, but the escape would be torn from its character
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 135, 3),
        ("📦" * 35, 1),  # two code units each
        ("📦" * 66, 2),  # 33 fit into 67 units, not 33.5
        ("📦" * 67, 3),
    ],
)
def test_a_text_takes_as_many_segments_as_the_carrier_charges(text: str, segments: int) -> None:
    assert count_segments(text) == segments
