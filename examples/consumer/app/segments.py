# GSM 03.38: the characters of one septet, and those that take an escape before them. Anything else makes the whole
# message UCS-2.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")


def count_segments(text: str) -> int:
    """How many SMS a text takes, which is what the carrier charges: 160 septets or 70 code units fit alone, and
    153 or 67 where each part needs a header."""
    units = [_septets(character) for character in text]
    if None not in units:
        return _parts([unit for unit in units if unit is not None], alone=160, joined=153)
    return _parts([2 if ord(character) > 0xFFFF else 1 for character in text], alone=70, joined=67)


def _septets(character: str) -> int | None:
    if character in BASIC:
        return 1
    return 2 if character in EXTENDED else None


def _parts(units: list[int], *, alone: int, joined: int) -> int:
    if sum(units) <= alone:
        return 1
    parts, used = 1, 0
    for unit in units:
        # an escape and its character, or two surrogates, are never torn apart
        if used + unit > joined:
            parts, used = parts + 1, 0
        used += unit
    return parts
