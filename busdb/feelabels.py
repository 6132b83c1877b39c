"""What a fee is for, and when it is due: the words around an amount that are not about the amount."""

from __future__ import annotations

import re
from typing import NamedTuple

from busdb.feenumbers import any_of, pattern
from busdb.records import FeeType

LONGEST = 250
_NEAR = 60

_CONDITION = pattern(
    any_of(
        "unter, über, ab, bis, bei, beim, für, wenn, sofern, falls, soweit, mit, ohne, nach, vor, von, vom, zum, zur,"
        "am, im, in, innerhalb, außerhalb, zwischen, abhängig, je nach, aufgrund, wegen, gegen,"
        r"erwachsene\w*, kinder\w*, minderjährige\w*, jugendliche\w*, volljährige\w*, personen, familien, schüler\w*,"
        r"studierende\w*, rentner\w*, senioren, abweichend, sonst, ansonsten, ermäßigt,"
        r"\d+[ –-]*\d* (?:jahre?|monate?|tage?|wochen?)"
    )
    + r"(?![\w-])"
)
_PEOPLE = pattern(
    any_of(r"kinder, personen, jugendliche, erwachsene, antragstell\w+, bürger\w*, familien, minderjährige, schüler\w*")
    + r"(?!\w)"
)
_AGE = pattern(
    r"(?<!\w)(?:unter|über|ab|bis|von) (?:zum |zu |der |dem )?(?:vollendung des |vollendeten )?\d+\.? ?(?:jahr|lebensj)"
)
_GENERIC = pattern(
    "(?:"
    + any_of(
        "zu, die, der, das, es, sie, eine?, hier, diese, dieser, dafür, dann, dazu, und, höhe, in, von, des, derzeit,"
        r"zusätzlich, plus, zuzüglich, zzgl\.?, jeweils, je, oder, bzw\.?, sowie, kommen, gebühr(?:en)?,"
        r"verwaltungsgebühr, kosten, beträgt, betragen, für, ab, bis, insgesamt, nur, grundsätzlich, regel, etwa, ca\.?"
    )
    + r"(?!\w)\W*)*"
)
_VERB = pattern(
    " "
    + any_of(
        "ist, sind, kostet, kosten, beträgt, betragen, fällt, fallen, entsteht, entstehen, beläuft, belaufen, bleibt,"
        "bleiben, liegt, liegen, richtet, wird, werden, kann, können, erhebt, erheben, zahlen, müssen, erhöht, erhöhen"
    )
    + r"(?!\w)(?! ?[,–-])"
)
_ABOUT = pattern(r"\b(etwa|ca\.|circa|rund|ungefähr|in der regel|grundsätzlich|üblicherweise)(?: plus)? $")
_IF = re.compile(r"(?:Wird|Werden|Ist|Sind|Hat|Haben|Sollte|Sollten)\b")
_WORD = re.compile(r"[^\W\d_]{3}")
LETTERS = re.compile(r"[^\W\d_]{2}")
_EDGES = " ,;:.-–—/|+*_>"
_LEADING = pattern(
    r"\d{1,2}[.)] (?-i:(?=[a-zäöü]))|"
    r"(?:als|und|oder|sowie|bzw\.|beziehungsweise|zzgl\.?|zuzüglich|plus|sonst)(?!\w)[ ,]*"
)
_TRAILING = pattern(
    r"(?<!\w)"
    + any_of(
        r"ab, bis zu, bis, mindestens, höchstens, maximal, max\.?, mind\.?, je, jeweils, etwa, ca\., rund, plus,"
        r"zuzüglich, zzgl\.?, von, in höhe von, i\. ?h\. ?v\.?, grundsätzlich, in der regel, zwischen, nur, jetzt, nun,"
        "neu, künftig, aktuell, zusätzlich, jährlich, monatlich, einmalig"
    )
    + "$"
)
_ARTICLE = pattern(r"(?:die|der|das|ein|eine)(?!\w) ?")
_FEE_FIRST = pattern(r"(?:(?:an )?\w*(?:gebühr(?:en)?|kosten)(?: an)?|an|erhoben|fällig|zu zahlen)(?!\w)[ ,]*")
_NAME = re.compile(r"[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ]|$)")

_TYPES: tuple[tuple[FeeType, re.Pattern[str]], ...] = (
    ("fee", pattern(r".*gebühr")),
    ("deposit", pattern(r"(?:[\w-]+ )?[\w-]*(?:kaution|pfand|sicherheitsleistung)(?!\w)")),
    ("expense", pattern(r"(?:[\w-]+ )?[\w-]*(?:auslagen|porto|versand|versandkosten|zustellkosten|nachnahme)(?!\w)")),
    ("tax", pattern(r"(?:[\w-]+ )?[\w-]*steuer(?!\w)")),
    ("charge", pattern(r"(?:[\w-]+ )?(?:[\w-]+abgabe|abgabe$|[\w-]*beitrag|kurtaxe)(?!\w)")),
    ("private_law", pattern(r"(?:[\w-]+ )?[\w-]*(?:entgelt|miete|eintritt)(?!\w)")),
)


class Around(NamedTuple):
    """What the place of a statement says of its fees, and the label of the fee before in the same statement."""

    label: str | None
    condition: str | None
    last: str | None


def described(pre: str, post: str, notes: list[str], around: Around, *, free: bool) -> tuple[str | None, str | None]:
    """Label and condition of a fee, from the words before and after its amount and the remarks in brackets."""
    head, colon, rest = pre.rpartition(":")
    if not colon:
        verb = _VERB.search(f" {pre}")
        head, rest = pre[: max(0, verb.start() - 1)] if verb else pre, pre
    label, conditions = _named(cleaned(head), colon=bool(colon))
    if colon and _WORD.search(inner := cleaned(rest)) and not _GENERIC.fullmatch(inner):
        if is_condition(inner):
            conditions.append(inner)
        else:
            label = f"{label}: {inner}" if label else inner
    if around.condition:
        conditions.insert(0, around.condition)
    if about := _ABOUT.search(rest[-_NEAR:]):
        conditions.append(about[1])
    conditions += notes
    said = post.strip(_EDGES)
    said = said[first.end() :].strip(_EDGES) if (first := _FEE_FIRST.match(said)) else said
    if said and _CONDITION.match(said):
        conditions.append(said)
    elif said and not label and (_NAME.match(said) or (free and ":" in post)):
        label = said
    if not label and (outer := around.label or around.last):
        label = cleaned(outer)
        if is_condition(label):
            conditions.insert(0, label)
            label = None
    return _short(label), _short(", ".join(dict.fromkeys(part for part in conditions if part)))


def _named(head: str, *, colon: bool) -> tuple[str | None, list[str]]:
    """The label that words before an amount are, and the conditions among them."""
    conditions: list[str] = []
    first, parted, last = head.rpartition(": ")
    if colon and parted and is_condition(last):
        head, conditions = cleaned(first), [last]
    if not head or (not colon and _GENERIC.fullmatch(head[:LONGEST])):
        return None, conditions
    if is_condition(head) or _IF.match(head):
        return None, [*conditions, head]
    if age := _AGE.search(head):
        if _PEOPLE.match(head):
            return None, [*conditions, head]
        return cleaned(head[: age.start()]) or None, [*conditions, head[age.start() :]]
    return head, conditions


def fee_type(*labels: str | None) -> FeeType:
    """What the first of the labels that says it calls the amount: a fee, unless it is something else by its name."""
    return next((kind for label in labels if label for kind, word in _TYPES if word.match(label)), "fee")


def is_condition(text: str) -> bool:
    """Whether words say when, or for whom, a fee is due rather than what for."""
    return _CONDITION.match(text) is not None


def heading(text: str) -> str:
    """The label that a line with a colon at its end gives to the lines after it."""
    head = text.rstrip(" :")[-LONGEST:]
    verb = _VERB.search(head)
    return cleaned(head[: verb.start()] if verb else head)


def cleaned(text: str) -> str:
    """A label without the signs, articles and words at its ends that belong to the amount."""
    text = text.strip(_EDGES)
    text = text[leading.end() :] if (leading := _LEADING.match(text)) else text
    while trailing := _TRAILING.search(text):
        text = text[: trailing.start()].rstrip(_EDGES)
    text = text[article.end() :] if (article := _ARTICLE.match(text)) else text
    return text if LETTERS.search(text) else ""


def _short(text: str | None) -> str | None:
    return text if text and len(text) <= LONGEST else None
