"""The words of German fees: the vocabulary of the grammar in ``busdb.feegrammar``, as data and patterns from it."""

from __future__ import annotations

import re

from busdb.feenumbers import CURRENCY
from busdb.feenumbers import any_of as _any
from busdb.feenumbers import pattern as _pattern

Reasons = tuple[tuple[str, re.Pattern[str]], ...]

# Lines and rows of tariffs: a number of the tariff first, the amount last.
TARIFF = _pattern(
    r"\s*(?:(?:lfd\. )?nr\.\s*|tarifstelle\s+|ts\s+)?\d{1,4}(?:\.\d{1,3})+\.?[a-z]?\)?:?\s+"
    rf"(?!{CURRENCY}|bis |[-–] ?\d|(?:je|pro) [^\d]*$)"
)
MARKED = _pattern(
    r"\s*(?:\d{1,4}[a-z]?[.)]?|[a-z]{1,2}\))\s+"
    r"(?!(?:tag|monat|jahr|woche|stunde|minute|uhr|euro|person|kind|seite|exemplar|passfoto|passbild|lichtbild)\w*\b)"
    r"(?=(?:[^\W\d]+[ -]){0,4}[^\W\d]{4})"
)
ROW_NUMBER = _pattern(r"\W*(?:(?:(?:lfd\. )?nr\.?\W*)?[\d.]*\d+[.a-z]{0,2}\)?|[a-z]{1,2}\))\W*")
_COLUMN = _pattern(r"\b(?:kosten|betrag|entgelt|preis|satz|euro|eur|kaution)|€|gebühr|abgabe|steuer|beitrag|auslagen")
_OTHER_COLUMN = _pattern(r"tatbestand|gegenstand|nummer|\bnr\b|tarifstelle")
SCHEDULE = re.compile(
    r"\b(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tags?|Mittwochs?|Mo|Di|Mi|Do|Fr|Sa|So|Uhr|Zimmer|Raum|Telefon|Tel\.?|Fax)(?!\w)"
)
AMOUNTS_FOLLOW = _pattern(r"(?:gebühr|kosten|betrag|entgelt|preis)\w*(?: in| \(|/| \(in)? ?\(?(?:euro|eur|€)\)?\W*$")
AMOUNT_FIRST = _pattern(rf"\W*(?:(?:ab|bis|bis zu|mindestens|höchstens|ca\.|etwa) )?(?:{CURRENCY} ?)?\d")
CLOSES = re.compile(r"\s*(?:[,;)](?=\s|$)|\.?\s*$)")
ENDS = re.compile(r"[^\w,;)]*$")
PREPOSITION = _pattern(r"(?<!\w)(?:vom|von|nach|gemäß|zum|am|im|in|zu|mit|auf|de[rsnm]|und|oder|über|unter|als|seit) $")
DANGLING = _pattern(
    r"(?<!\w)(?:ab|bis|bis zu|mindestens|höchstens|maximal|zwischen|von|beträgt|kostet|je|pro|in höhe von|und|der|des)$"
)
ABBREVIATION = _pattern(
    r"(?<!\w)"
    + _any(
        r"[a-zäöü], zzgl, inkl, einschl, ca, nr, nrn, abs, mind, max, min, bzw, art, ggf, lfd, std, stk, str, st, tel,"
        r"evtl, jährl, monatl, ziff, buchst, gem, ggü, vgl, sog, usw, etc, mwst, ust, vv, ff, az, bspw, zz, \d\d?"
    )
    + r"\.$"
)

# Words before an amount. The window that they are sought in is short, so that no text takes long.
_FILL = (
    r"(?:[:\s]|\b"
    + _any(r"zu, jedoch, aber, ca\., etwa, rund, einer?, gebühr, von, in, höhe, jeweils, je, auf, sind, es, beträgt")
    + r"(?!\w))*$"
)
_OF_THE_FEE = r"(?: (?:der|einer|dieser) gebühr)?(?: beträgt| ist)?(?: bei [\w-]+)?(?: in (?:allen fällen|jedem fall))?"
FLOOR = _pattern(
    r"(?<!\w)(?:ab|mindestens|mind\.?|wenigstens|min\.|minimal|nicht weniger als|nicht unter|"
    rf"mindest(?:gebühr|betrag|satz|preis|entgelt|beitrag){_OF_THE_FEE}){_FILL}"
)
CAP = _pattern(
    r"(?<!\w)(?:bis zu|bis|höchstens|maximal|max\.?|nicht mehr als|nicht über|begrenzt auf|"
    rf"\w*höchst(?:gebühr|betrag|satz|preis|entgelt|beitrag){_OF_THE_FEE}){_FILL}"
)
BOUND = _pattern(r"mindest|mind\.|wenigstens|höchst|maximal|max\.|nicht mehr|nicht weniger")
BOUND_WORDS = _pattern(
    r"(?:[-–—,;:(\s]|\b"
    + _any(
        "jedoch, aber, und, dabei, allerdings, insgesamt, mindestens, mind, min, wenigstens, höchstens, maximal, max,"
        "bis, zu, nicht, mehr, weniger, als, über, unter, minimal, oder, es, sind, sie, die, gebühr, beträgt, betragen,"
        r"werden, wird, mindestgebühr, mindestbetrag, mindestsatz, \w*höchst(?:gebühr|betrag|satz), ist, der,"
        "ein, eine, von, in, höhe, auf, begrenzt, aller, allen, jedem, fall, fällen"
    )
    + r"(?!\w)\.?)*"
)
NUMBERS_ONLY = _pattern(
    r"(?:\s|[-–—,;.]|\b(?:bis|zu|von|ab|mindestens|mind|höchstens|maximal|max|jedoch|und|zwischen)(?!\w))*"
)
RANGE = _pattern(r" ?(?:bis(?: zu)?(?: maximal| höchstens| max\.)?|[-–—]) ?")
BOTH = _pattern(r" (?:und|bis)(?: höchstens| maximal| max\.)? |,(?: jedoch| aber)? (?:höchstens|maximal|max\.|bis zu) ")
BETWEEN = _pattern(r"(?<!\w)(?:zwischen|mindestens|mind\.) $")
EITHER = _pattern(r",? (?:oder|bzw\.|beziehungsweise) ")
INSTEAD = _pattern(r" (?:statt|anstatt)(?: wie)?(?: bisher| bislang| früher| zuvor)* ")
AGAIN = _pattern(r" (?:/|bzw\.|oder) $")
NOUN_BEFORE = re.compile(r"[A-ZÄÖÜ][\w-]+ $")
TOTAL = _pattern(r"(?:\+ [^;]*= ?|(?<!\w)(?:insgesamt|gesamt|gesamtsumme|summe|zusammen)[\s:]+)$")
USUALLY = _pattern(r"\W*(?:in der regel|üblicherweise|normalerweise|im durchschnitt) beträgt die gebühr ")
USUAL = _pattern(
    r"\b(?:in der regel|üblicherweise|meist(?:ens)?|regelmäßig|durchschnittlich|im durchschnitt|normalerweise|derzeit)"
    r"(?: beträgt die gebühr| bei)? $"
)
FEE_WORD = _pattern(r"gebühr|kosten|entgelt|steuer|preis|abgabe|auslagen|beitrag")
FEE_LABEL = _pattern(
    r"\b\w*(?:gebühr(?:en)?|kosten|entgelt|preis|betrag|auslagen|beitrag|satz)(?: beträgt| ist)?[\s:]*$"
)
COUNTED = re.compile(r" ?-?(?:[A-ZÄÖÜ]\w|m²|m³|qm|km|kg|cm|mm|ha\b|t\b|[xX×]\b|°|%|fach|und mehr|oder mehr|jährig)")
NO_AMOUNT_WORD = _pattern(r"\b(?:faktor|note|punktwert|hebesatz|multiplikator|version|stand)[\s:]*$")
PLACE_WORD = _pattern(
    r"(?:\b(?:etage|stock|linie|haus|gleis|format|größe|alter|markt|eingang|tür)|straße|str\.|platz|weg|allee)[\s:]*$"
)
CENTS = re.compile(r".*,\d\d")
YEAR = re.compile(r"19[4-9]\d|20[0-4][1-9]|20[1-4]0")

# What parts the words about one amount from those about the next.
STRONG = re.compile(r"[,;|](?= )|(?<= )[/+–=-](?= )")
WEAK = _pattern(r"(?<!\w)(?:und|oder|sowie|bzw\.|beziehungsweise|zzgl\.?|zuzüglich|plus|sonst|ansonsten)(?!\w)")

# Amounts that are no fee. Values and limits are part of what a fee is for; the others part statements.
CONDITIONAL = frozenset({"value, not a fee", "limit, not a fee"})
_PENALTY = (
    r"\b(?:buß|verwarn(?:ungs)?|ordnungs|zwangs)geld(?:e[rs]?|ern|s)?\b|\bgeld(?:buße|strafe)\w*|\bstrafen?\b|"
    r"\bbestraft\b|\bgeahndet\b|\bordnungswidrig\w*"
)
_EXAMPLE = r"^\W*(?:z\. ?b\.|zum beispiel|beispiel(?:haft|e|rechnung)?|rechenbeispiel|berechnungsbeispiel)(?!\w)"
_ACT = r"^(?!.*(?:androhung|festsetzung|verhängung|durchführung|verfahren) ).*"
WHOLLY_OTHER: Reasons = (
    ("penalty, not a fee", _pattern(f"{_ACT}(?:{_PENALTY})")),
    ("calculation", _pattern(r" [x×*] \d[^;=]*=")),
    ("sum insured, not a fee", _pattern(r"\b\w*(?:deckungs|versicherungs|haftungs)summe")),
    ("example, not a fee", _pattern(_EXAMPLE)),
)
_LINK = _any(
    r"von, in, höhe, bis, zu, über, unter, ab, mehr, weniger, als, beträgt, betragen, liegt, liegen, bei, maximal, mit,"
    r"max\., höchstens, mindestens, rund, etwa, ca\., jährlich, monatlich, insgesamt, nicht, zwischen, derzeit,"
    r"aktuell, der, einer?, einem, eines, im, monat, jahr, pro, sind, ist, wird, werden, sie, gilt, jeweils"
)
_VALUE = _any(
    r"\w*wert(?:es|en|e)?, \w*einkommens?, \w*einkünften?, \w*vermögens?, \w*umsatz(?:es)?, \w*umsätzen?,"
    r"\w*kaufpreis(?:es)?, (?:roh)?bau(?:summe|kosten), \w*bausumme, auftragssumme, \w*versicherungssumme,"
    r"deckungssumme, herstellungssumme, (?:herstellungs|errichtungs|anschaffungs|sanierungs|rohbau|gesamtbau)kosten,"
    r"investitions\w+, \w*kapitals?, guthabens?, \w*freibetr[aä]ge?s?, \w+grenzen?, \w*schadens?, "
    r"\w*verdienst(?:es)?, \w*lohn(?:es)?, gehalts?, \w*bürgschaft, \w*darlehens?, \w*gewinn(?:es)?,"
    r"\w*(?:kalt|warm|netto|roh|jahres|monats)miete, rechnungsbetrag\w*, \w*honorar(?:s|es)?"
)
_FOREIGN = _any(
    r"\w*zuschuss(?:es)?, \w*zuschüssen?, (?!\w*beförder)\w*förder\w*, \w*beihilfen?, \w*prämien?, stipendi\w*,"
    r"\w*kindergeld, elterngeld, wohngeld, bürgergeld, sozialhilfe, \w*entschädigung, \w*erstattung, gutschrift,"
    r"rabatt\w*, nachlass, abschlag, abzüglich, \w*ermäßigung, gutschein\w*, \w*taschengeld, unterhalt\w*, kredit\w*,"
    r"belohnung, finderlohn, (?:ec|giro|kredit|geld)-?karte, girocard, bargeldlos, bargeld, beträgen?, einkauf,"
    r"\w*(?:bar|karten)zahlung(?:en)?, zahlung(?:en)?, \w*leistung(?:en)?, \w*vergütung, mindestlohn, mindestlöhne,"
    r"\w*zulage, erhalten(?: sie)?, nachweis, \w*pauschbetr[aä]ge?, spenden?"
)
_FORMER = _any(
    r"vorher, bisher, bislang, bisherigen?, (?<!eides )(?<!kindes )statt, anstatt, anstelle, früher(?! als), ehemals,"
    r"zuvor, davor, vormals, ursprünglich, galt, galten,"
    r"alt, alte gebühr, (?:bisherige|frühere|alte)[nr]? (?:gebühr|kosten|preis|betrag|satz), bis dahin"
)
_FORMERLY = _any(
    "nur, wie, noch, bei, mit, von, waren, war, es, lag, die, der, einer?, gebühr, kosten, betrag, sie, das, in, höhe,"
    "je, jeweils, üblichen?, geltenden?, gültigen?, immer, bisher, ab, bis, zu, fällig, galt"
)
_LESS = r"\b(?:verringer|verminder|ermäßig|reduzier|senk|verbillig|gemindert|mindert|verkürz)\w*\b"
_INCLUDED = r"(?<!\w)(?:davon|darin|inkl\.?|inklusive|einschl\.?|einschließlich|enthält|beinhaltet)"
BEFORE: Reasons = (
    ("former amount", _pattern(rf"(?<!\w){_FORMER}(?:[\s:]+{_FORMERLY}(?!\w))*[\s:]*$")),
    ("former amount", _pattern(r"\b(?:bisher|bislang|früher|vorher|zuvor) (?:hatten?|waren?|lag|lagen)\b[^;:]*$")),
    ("former amount", _pattern(r"(?<!\w)(?:betrug|betrugen|kostete|kosteten)\b[^,;:]*$")),
    ("limit, not a fee", _pattern(r"(?<!\w)(?:über|unter|mehr als|weniger als|oberhalb|unterhalb)(?: von)? $")),
    ("value, not a fee", _pattern(r"\b(?:im|einem) wert von [^;:]*$")),
    ("value, not a fee", _pattern(rf"(?<!\w){_VALUE}\b[^,;:]*(?<!\w){_LINK} $")),
    (
        "value, not a fee",
        _pattern(
            rf"(?<!\w){_VALUE} $|^\W*(?:[\w-]+ )?{_VALUE}(?: (?:des|der|einer|eines) [\w-]+)? ?:(?: {_LINK}(?!\w))* $"
        ),
    ),
    ("not a fee", _pattern(rf"(?<!\w){_FOREIGN}(?:[\s:]+{_LINK}(?!\w))+[\s:]*$")),
    ("not a fee", _pattern(rf"^\W*(?:[\w-]+ )?{_FOREIGN}[\s:]*$")),
    (
        "not a fee",
        _pattern(
            rf"^\W*(?:(?:der|die|das|eine?) )?(?:höhe (?:der|des) )?(?:[\w-]+ )?{_FOREIGN}\b"
            r"(?:(?!gebühr|kosten)[^;:])*\b(?:beträgt|betragen|beläuft sich|liegt)\b[^;:]*$"
        ),
    ),
    ("discount", _pattern(rf"{_LESS}[^;:]*\bum (?:jeweils |je |bis zu |weitere )*$")),
    (
        "part of another amount",
        _pattern(
            rf"{_INCLUDED}(?:\s+(?:einer?|der|von|gebühr|auslagen|in|höhe|sind|enthalten|entfallen|derzeit|anteil))*[\s:]*$"
        ),
    ),
    ("said before", _pattern(r"(?<!\w)in worten[\s:]+$")),
    (
        "calculation",
        _pattern(r"(?:(?:\d ?| )[x×*] ?|[x×*] [^;]*= ?|(?<!\w)(?:also|mithin|somit)(?: ca\.| etwa| rund)? )$"),
    ),
)
VALUE_AFTER = _pattern(rf" (?:(?:an|des|der|dem|vom) )?(?:[\w-]+ )?{_VALUE}(?!\w)")
_PAID_OUT = r"(?:zurück)?erstattet|gewährt|ausgezahlt|geleistet|erlassen|bewilligt"
AFTER: Reasons = (
    ("value, not a fee", VALUE_AFTER),
    (
        "limit, not a fee",
        _pattern(r" (?:[\w-]+ ){0,3}(?:nicht )?(?:übersteig|(?:über|unter)schreit|hinausgeh|verfüg|erzielt)"),
    ),
    ("not a fee", _pattern(rf" (?:[\w-]+ ){{0,4}}(?:{_PAID_OUT}|angenommen|akzeptiert)(?!\w)")),
    ("not a fee", _pattern(r"[ \w]{0,20} frankiert|[ \w]{0,40} angerechnet| auf (?:[\w-]+ ){0,2}\w*konto")),
    ("not a fee", _pattern(r" (?:zuschuss|förderung|beihilfe|prämie|taschengeld|entschädigung|kindergeld|gutschein)")),
    ("calculation", _pattern(r" ?[x×*] ?\d| (?:[\w-]+ ){0,2}(?:(?:auf|ab)(?:gerundet|zurunden)|zu vervielfachen)")),
    ("discount", _pattern(r" (?:ermäßigung|rabatt|nachlass|weniger|günstiger|billiger|abzug|preisnachlass)\b")),
)
RESET = _pattern(
    r".*(?:\b\w*gebühr\w*|\bkosten\b|\bkostet\b|\bbeträgt (?:sie|die|der|das|diese)\b|\bfallen\b|\bfällt\b|"
    r"\b(?:be)?zahlen\b|\bund (?:beträgt|betragen)\b)"
)
FOLLOWED_BY_NEW = _pattern(r" auf ")
TIER = _pattern(r"(?<!\w)(?:bis|bis zu|über|von|ab|unter|mehr als|zu) $")

# Shares: what they are of, and of what they are no fee.
_BASE = re.compile(r"\W*((?:der|des|vom|von|aus)(?! \w*\d) [^,;:()|]{2,120})")
_BASE_END = re.compile(
    r"\.(?: |$).*| (?:je|pro|mindestens|höchstens|maximal|jedoch|und|mind|max|beträgt|zu|als|für|bei|an|erhoben|"
    r"berechnet|veranschlagen|fällig)\b.*"
)
_PARTICIPLE = re.compile(r"(?:der|des|vom|von) (?:für|nach|bei|in|zu|jeweils|jeweiligen)\b")
NO_BASE = _pattern(
    r"gebühr|(?:der|von) (?:\w+ )?kosten\b|steuer\b|zinsen|behinder|erlassen|rückständ|angefangen|übersteig|"
    r"überschreit|beschränkt|punktzahl|stimmen|mitglieder|plätze|arbeitszeit"
)
NO_PRICE = _pattern(
    r"ermäßig|rabatt|nachlass|zuschuss|zulage|förder|erstatt|übern[oi]mm|mehr als|weniger als|behinder|anteil|quote|"
    r"\bdarf\b|\bdürfen\b|"
    r"(?:bis zu|bis|mindestens|höchstens|unter|über) $"
)

# Rates.
_NOUN = (
    r"(?:(?!Euro|EUR|Cent)[A-ZÄÖÜ][\w-]*|m[²³23]|qm|cbm|km²?|ha|kg|t|h|lfd?m\.?|lfd\. [Mm](?:eter|\.)?|MB|GB)(?![\w²³])"
)
_ADJECTIVE = r"(?:[a-zäöüß]{3,30}(?:e[nrsm]?|ig|lich)|lfd\.|viertel|dreiviertel)"
_PER = (
    r"(?<!\w)(?:[Jj]e|[Pp]ro|(?:[Ff]ür )?[Jj]ede[nrsm]?|"
    r"[Ff]ür (?:den |die |das )?(?=(?:weitere|zusätzliche)[nrsm]? ))"
    r" (?!nach\b|Post\b|E-Mail\b|Fax\b|Brief\b|Überweisung\b|Lastschrift\b|Telefon\b)"
    rf"(?P<unit>(?:{_ADJECTIVE} ){{0,3}}(?:\d{{1,6}} )?(?:{_ADJECTIVE} )?{_NOUN}|weitere[nrsm]?\b)"
)
UNIT = re.compile(_PER)
UNIT_BEFORE = re.compile(_PER + rf"(?: und {_NOUN})?[ :]*$")
UNIT_AHEAD = re.compile(rf"[^:]*{_PER}(?: und {_NOUN})?(?: beträgt| betragen| kostet| kosten)?: ")
EACH = re.compile(r"(?P<unit>[A-ZÄÖÜ][\w-]+) je $")
NEAR_UNIT = re.compile(r"(?:[^,;:]|,(?! ))*(?:, (?=je |pro |mindestens |höchstens )(?:[^,;:]|,(?! ))*)*")
SLASHED = re.compile(
    r"(?:/ ?| / (?=(?:Stunde|Std|Tag|Kind|Woche|Monat|Jahr|Person|Stück|Seite|m²|qm)\b))"
    rf"(?P<unit>(?:{_ADJECTIVE} )?{_NOUN})"
)
ALSO_PER = re.compile(rf"(?: (?:und|u\.|je|pro|,)| ?/) ?(?:je |pro )?(?P<unit>(?:{_ADJECTIVE} )?{_NOUN})")
VALUE_STEP = _pattern(
    r"(?:(?<!\w)(?:je|pro|(?:für )?jede[nrs]?) |/ ?)"
    r"((?:weitere[nrs]? )?(?:angefangene|volle|begonnene)[nrs]? (?:weitere[nrs]? )?(?:betrag von )?)$"
)
STEP_AFTER = _pattern(
    r"(?:je|pro|für je|für jede[nrs]?) (?:(?:weitere|angefangene|volle|begonnene)[nrs]? )*"
    rf"\d[\d .]{{0,12}}(?:,\d\d)? ?{CURRENCY}"
)
STEP_WORD = _pattern(r"(?<!\w)(?:je|pro|für je|für jede) (weitere )?$")
_NOUNS = {
    "hour": "stunde std h",
    "day": "tag kalendertag",
    "week": "woche kalenderwoche",
    "month": "monat kalendermonat",
    "quarter": "quartal vierteljahr",
    "year": "jahr kalenderjahr",
}
_ADVERBS = {
    "hour": "stündlich",
    "day": "täglich tägl",
    "week": "wöchentlich",
    "month": "monatlich monatl mtl",
    "quarter": "vierteljährlich quartalsweise",
    "year": "jährlich jährl",
    "once": "einmalig",
}
PERIODS, ADVERBS = (
    {word: period for period, said in table.items() for word in said.split()} for table in (_NOUNS, _ADVERBS)
)
PERIOD = _pattern(
    r"(?<![\w-])(?!einmalige[nrs]? (?!\w*(?:gebühr|kosten|zahlung|pauschale|entgelt|betrag)))"
    rf"(?:(?P<adverb>{_any(', '.join(ADVERBS))})(?:e[nrs]?)?(?!\w)|im (?:jahr|monat|quartal)(?! \d)|p\. ?a\.|"
    r"(?:stunden|tages|wochen|monats|jahres)(?:satz|sätze|gebühr|beitrag|steuer|miete|entgelt|pauschale)\b)"
)
HALF_YEARLY = _pattern(r"\bhalbjährlich|\bim halbjahr\b")
WHOLE = _pattern(r"^(?:voll(?:endet)?|überschritten|ganz|einzeln)e[nrsm]? ")
STEMS = (
    ("stunde", "hour"),
    ("tag", "day"),
    ("woche", "week"),
    ("monat", "month"),
    ("quartal", "quarter"),
    ("jahr", "year"),
    ("p.", "year"),
)

# Nothing to pay.
_FEES = r"(?:gebühr(?:en)?|kosten|entgelte?)"
_FREE_WORD = (
    r"(?:(?:kosten|gebühren|beitrags|abgaben|steuer|entgelt)-?(?:frei|los)|gebührenbefreit|unentgeltlich|umsonst)"
    r"(?:e[nmrs]?)?"
)
_LEVIED = r"nicht (?:erhoben|an(?!\w)|berechnet|zu zahlen)"
FREE = _pattern(
    "|".join(
        [
            rf"(?<!\w){_FREE_WORD}(?!\w)",
            rf"(?<!\w)(?:keine(?:rlei)?|ohne(?! \w+ für)) (?:verwaltungs|bearbeitungs)?{_FEES}(?!\w)",
            rf"(?<!\w){_FEES} (?:werden |wird |fallen |entstehen |sind )?(?:[\w-]+ ){{0,3}}?{_LEVIED}",
            rf"(?<!\w){_FEES}(?: fallen| werden)? ?:? keine(?=\W*$)",
            rf"(?<!\w)entfällt die {_FEES}(?!\w)",
            r"(?:(?<=: )|^\W*)(?:keine|frei|entfällt)(?=\W*$)",
            r"(?<=eintritt )(?:ist )?frei(?!\w)",
            r"(?:(?<=jahre )|(?<=jahren )|(?<=kinder )|(?<=jugendliche )|(?<=ausstellung ))frei(?=\W*$|[,;.])",
            r"(?<=von )(?:den|der|allen) (?:[\w-]*gebühr(?:en)?|kosten|steuer) befreit",
        ]
    )
)
FREE_BESIDE = _pattern(r"(?<=\w )frei(?=\W*$|[,;.])")
IF_CLAUSE = re.compile(
    r" ?(?:(?P<sure>Sind|Ist|War|Wäre|[Ss]o(?:weit|fern) nicht)|[Ww]enn|[Ss]ofern|[Ss]oweit|[Ff]alls) [^,]*$"
)
IF_CLAUSE_ENDS = _pattern(r" (?:ist|sind|wäre|wären|war|bleibt|wird|werden)(?!\w)")
NOT_FREE = _pattern(r"(?<!\w)(?:nicht|nie|keine|keineswegs|weder|noch)(?: (?:immer|mehr|ganz|völlig|grundsätzlich))? $")
MAY_BE_FREE = _pattern(r"(?<!\w)(?:kann|können|könnte|möglich|auf antrag|ggf\.)(?!\w)")
FREE_OTHER = _pattern(
    r"[ \w-]{0,20}(?:hotline|telefon|rufnummer|service-?nummer|parkpl|stellpl|wlan|app\b|download|herunterlad|erstatt|"
    r"zurück|\banruf)"
)

# Why a text gives no amount.
BY_TIME = _pattern(r"\bzeitaufwand|\bnach (?:dem )?aufwand|\barbeitsaufwand")
NOTHING: Reasons = (
    ("multiple of another fee", _pattern(r"\b(?:\w*fache[nrs]?|doppelte?\w*|dreifach\w*|hälfte|viertel|drittel)\b")),
    ("on request", _pattern(r"\bauf (?:an|nach)frage\b")),
    ("by time spent, no hourly amount", BY_TIME),
    (
        "refers to a rule, no amount",
        _pattern(r"§|\b\w+(?:satzung|ordnung|gesetz|tarif|verzeichnis)\b|\b\w+(?:VO|GebV)\b"),
    ),
)
_VALUE_COLUMN = _pattern(rf"(?<!\w){_VALUE}")


def fee_column(header: str) -> bool:
    """Whether a table header says that its column holds fees."""
    return _COLUMN.search(header) is not None and not (_VALUE_COLUMN.search(header) or _OTHER_COLUMN.search(header))


def base(text: str, start: int) -> str | None:
    """What the percentage that ends at ``start`` is of: ``der Baukosten``; ``None`` if the text does not say."""
    found = _BASE.match(text, start)
    if not found:
        return None
    said = found[1].strip()
    return said if _PARTICIPLE.match(said) else _BASE_END.sub("", said).strip() or None
