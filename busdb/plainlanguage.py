"""Measures of German that anybody can check by hand, against administrative style.

They follow the quality criteria of the federal catalogue (FIM, LeiKa-plus: short, for laypeople, no references from
module to module, no footnotes, conditions before exceptions) and the handbook on plain administrative language of
the Bundesverwaltungsamt (about 15 to 20 words in a sentence, active voice, verbs for nouns, no abbreviations). They
count and judge nothing else: no score pretends to know whether a text is understood. What is borderline is let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LONG, TOO_LONG = 20, 30
"""From more words than these on a sentence is long, and too long."""
LONG_SHARE = 4
"""One long sentence in so many is no trouble."""
NOMINAL_SHARE = 12
"""So many nouns of actions in a hundred words are no trouble."""
PASSIVE_SHARE = 3
"""One passive sentence in so many is no trouble."""
FEWEST = 3
"""Shares of sentences count from so many on."""
FEWEST_WORDS = 40
"""Shares of words count from so many on."""
SHOWN = 5
"""How many abbreviations, pointers or gaps are named."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ABBREVIATED = re.compile(
    r"\b(?:z\. ?B|u\. ?a|d\. ?h|i\. ?d\. ?R|i\. ?V\. ?m|i\. ?S\. ?[dv]|i\. ?H\. ?v|o\. ?[gäa]|u\. ?[Uä]|z\. ?T|z\. ?Zt"
    r"|s\. ?[ou]|m\. ?E|ggf|bzw|evtl|inkl|exkl|zzgl|abzgl|gem|lt|vgl|ca|etc|usw|max|min|Abs|Art|Nr|Str|Tel|St|Dr|Prof"
    r"|Ziff|Buchst|Satz|Hs|Alt|sog|bspw|insb|Std|Mio|Jan|Feb|Aug|Sept|Okt|Nov|Dez|n\. ?Chr|e\. ?V)\."
)
_END = re.compile(r"(?:(?<!\d)[.!?…]|(?<=\d{3})\.)[\"“”»)]*\s+(?=[\"„»(]?[A-ZÄÖÜ0-9§])")
_DOT = "\u2024"
_BUREAUCRATIC = re.compile(
    r"\b(?:ggf\.|bzw\.|evtl\.|zzgl\.|abzgl\.|inkl\.|exkl\.|gem\. |lt\. |bspw\.|insb\.|sog\.|i\. ?V\. ?m\.|i\. ?d\. ?R\."
    r"|i\. ?S\. ?[dv]\.|i\. ?H\. ?v\.|o\. ?g\.|o\. ?ä\.|u\. ?ä\.|u\. ?a\.|u\. ?U\.|z\. ?T\.|z\. ?Zt\.)"
)
_POINTER = re.compile(
    r"\b(?:siehe (?:oben|unten|dort)|s\. ?[ou]\.|vgl\.|(?:siehe|im|unter) (?:Text)?[Mm]odul\b[^.,;\n]{0,30})"
    r"|\[\d+\]|\*\)"
)
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NUMBERED = re.compile(rf"^(?:- )?(\d{{1,2}})([.)]) +(?!(?:{_MONTHS})\b)(?=\S)", re.MULTILINE)
"""A line that begins with its number; days do, too."""
_NOMINAL = re.compile(r"\b[A-ZÄÖÜ][^\W\d_]{3,}(?:ungen|ung|heit|heiten|keit|keiten|tion|tionen|nahme|nahmen)\b")
_EVERYDAY = re.compile(
    r"(?:wohnung|zeitung|rechnung|quittung|kleidung|nahrung|leistung|versicherung|verwaltung|regierung|ordnung|abteilung"
    r"|einrichtung|bescheinigung|genehmigung|zahlung|wohnungen|leistungen|behandlung|ausbildung|prüfung|zeichnung"
    r"|station|nation|region|krankheit|gesundheit|freiheit|person|maßnahme|ausnahme)(?:en|n)?$",
    re.IGNORECASE,
)
"""Words that end like an action and are things, bodies, or the everyday names of what people come for."""
_BECOME = r"(?:wird|werden|wurde|wurden|würde|würden|worden)"
_DONE = r"(?:\w*ge\w{2,}t|(?:be|ver|er|ent|zer|miss|über|unter)\w{2,}t|\w{3,}iert)"
_STEMS = "nomm|geb|schrieb|lass|halt|troff|trag|les|ruf|seh|schloss|zog|sproch|wies"
_DONE_STRONG = rf"(?:{_DONE}|\w*ge(?:{_STEMS})en)"
_PASSIVE = re.compile(
    rf"\b{_DONE_STRONG} {_BECOME}\b|\b(?:be|ver|er|ent|zer)\w{{3,}}en (?:wird|wurden?|worden)\b"
    rf"|\b(?:wird|wurden?|werden)\b[^.,;:!?]*?\b{_DONE_STRONG}(?=\s*(?:[.,;:!?)]|$| und\b| oder\b))",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"(?:§§?|\bArt\.|\bArtikel|\bAnlage|\bNummer)[^;()\n]{0,60}?\b[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ]\w*(?: [IVX]+)?\b"
)
_ACRONYM = re.compile(r"\b(?:[A-ZÄÖÜ]{2,6}|[A-ZÄÖÜ][a-zäöü]{1,5}[A-ZÄÖÜ]{1,3}[a-zäöü]?)\b")
_EXPLAINED = re.compile(r"\(\s*([A-ZÄÖÜ][\w-]{1,11})\s*\)|\b([A-ZÄÖÜ][\w-]{1,11}) \([^)]{6,}\)")
_ROMAN = re.compile(r"[IVXLC]+")


class Measures(NamedTuple):
    """The counts of a text: sentences and words, the sentences that are long and the longest, and what else is hard."""

    sentences: int
    words: int
    long: int
    longest: int
    nominal: int
    passive: int


def sentences(text: str) -> list[str]:
    """The sentences of a plain text: each line has its own; dots of abbreviations, days and numbers end none."""
    found = []
    for line in text.split("\n"):
        told = _ABBREVIATED.sub(lambda one: one[0].replace(".", _DOT), line.removeprefix("- "))
        found += [one.replace(_DOT, ".").strip() for one in _END.split(told)]
    return [one for one in found if one]


def measure(text: str) -> Measures:
    """The counts of a plain text."""
    each = sentences(text)
    lengths = [len(_WORD.findall(one)) for one in each]
    return Measures(
        sentences=len(each),
        words=sum(lengths),
        long=sum(length > LONG for length in lengths),
        longest=max(lengths, default=0),
        nominal=sum(not _EVERYDAY.search(one) for one in _NOMINAL.findall(text)),
        passive=sum(_PASSIVE.search(one) is not None for one in each),
    )


def explained(texts: Iterable[str]) -> frozenset[str]:
    """The acronyms that some texts explain: in brackets behind their long form, or with it in brackets."""
    return frozenset(one for text in texts for pair in _EXPLAINED.findall(text) for one in pair if one)


@cache
def _known() -> frozenset[str]:
    """Acronyms that adults know, better than what they stand for."""
    return frozenset(files("busdb").joinpath("data/acronyms.txt").read_text(encoding="utf-8").split())


def abbreviations(text: str, told: frozenset[str] = frozenset()) -> list[str]:
    """Abbreviations of officialese and acronyms that are not ``told``, each once; those of cited laws are passed."""
    dotted = [one.strip() for one in _BUREAUCRATIC.findall(text)]
    short = [one for one in _ACRONYM.findall(_LAW.sub(" ", text)) if one not in _known() and not _ROMAN.fullmatch(one)]
    shouted = text.isupper()
    return list(dict.fromkeys([*dotted, *(one for one in short if one not in told and not shouted)]))


def pointers(text: str) -> list[str]:
    """References to other places in the text, and footnotes, each once."""
    return list(dict.fromkeys(one.strip() for one in _POINTER.findall(text)))


def gaps(text: str) -> list[str]:
    """Where lines that are numbered from 1 on leave out a number or repeat one: ``2. – 4.``."""
    found: list[str] = []
    last: dict[str, int] = {}
    for number, sign in _NUMBERED.findall(text):
        present, before = int(number), last.get(sign)
        if present == 1 or (before is not None and present == before + 1):
            last[sign] = present
        elif before is not None:
            found.append(f"{before}{sign} – {present}{sign}")
            last[sign] = present
    return found


def troubles(text: str, told: frozenset[str] = frozenset()) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What makes a text hard to read: a sentence of the catalogue (``plain.<code>``) and what fills its gaps."""
    found = measure(text)
    often = found.long >= FEWEST and found.long * LONG_SHARE > found.sentences
    if found.longest > TOO_LONG or often:
        values = {"count": str(found.long), "most": str(LONG), "longest": str(found.longest)}
        yield "long" if found.long > 1 else "long_one", values
    if found.words >= FEWEST_WORDS and found.nominal * 100 > found.words * NOMINAL_SHARE:
        yield "nominal", {"share": str(found.nominal * 100 // found.words)}
    if found.passive >= FEWEST and found.passive * PASSIVE_SHARE > found.sentences:
        yield "passive", {"count": str(found.passive), "sentences": str(found.sentences)}
    named = (("abbreviations", abbreviations(text, told)), ("pointers", pointers(text)), ("gaps", gaps(text)))
    for code, some in named:
        if some:
            yield code, {"found": ", ".join(some[:SHOWN]) + (" …" if len(some) > SHOWN else "")}
