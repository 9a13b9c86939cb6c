"""What the paper says against itself, and what it owes to people: limits, failures, ethics."""

from __future__ import annotations

from jobs.papers.rules.rule import OTHERS_WORK, Rule, words

LIMITS = (
    Rule(
        "limitations",
        words(
            r"\blimitations? (?:of|in) (?:our|this|the (?:proposed|present|current)|\w+Former)\b",
            r"\b(?:a|one|another|main|key|major|important|primary|first|second)\s+limitation\b",
            r"\bour (?:\w+ ){0,3}(?:is|are|has|have|remains?) (?:\w+ )?(?:limited|limitations)\b",
            r"\bthis (?:work|study|paper|approach|method) (?:is|has|was) (?:\w+ )?limit",
            r"\blimitaç(?:ão|ões) (?:do|deste|desta)\b|\blimitaci[óo]n(?:es)? (?:de(?:l| la| este| esta| nuestro)) ",
            r"\blimites? de (?:notre|cette|ce)\b|\bnotre (?:étude|travail|approche)"
            r" (?:\w+ )?(?:est limitée?|présente)\b",
            r"\b(?:einschränkung(?:en)?|limitation(?:en)?|grenzen) (?:unsere[rs]|dieser|"
            r"der (?:vorliegenden|studie|arbeit))\b",
            r"(?:本文|本研究|我们的方法)[^。]{0,15}(?:局限|不足)|本研究の限界",
        ),
        unless=words(r"\blimitations? of (?:existing|previous|prior|current|these|such|traditional|conventional)\b"),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "failure_cases",
        words(
            r"\bfail(?:s|ed|ure)?\b[^.]{0,30}\b(?:case|mode|example|when|to|on)\w*\b|\berror analysis\b|"
            r"\bmisclassifi\w+"
        ),
        needs=words(r"\b(?:our|we|the (?:model|method|network|approach)|failure cases?|error analysis)\b"),
        not_in=OTHERS_WORK | {"introduction", "abstract"},
    ),
    Rule(
        "ethics",
        words(
            r"\bethic(?:s|al)\s+(?:approval|committee|board|review|statement|clearance|permission|oversight)\b",
            r"\b(?:institutional|internal|independent) (?:ethics )?review board\b|\bIRB\b|\binformed consent\b",
            r"\bdeclaration of helsinki\b|\bresearch ethics\b|\bcodes? of ethics\b",
            r"\bcomit[êé] de ética\b|\bconsentimi?ento informado\b|\bcomité d[’']éthique\b|\bconsentement éclairé\b",
            r"\bethik(?:kommission|votum|antrag)\b|\beinverständniserklärung\w*|\bcomitato etico\b|"
            r"\bconsenso informato\b",
            r"伦理(?:委员会|审查|批准|声明)|知情同意|倫理(?:委員会|審査)|윤리(?:위원회|심의)",
        ),
        flag="has_ethics_statement",
        not_in=OTHERS_WORK,
    ),
    Rule(
        "ethics",
        words(
            r"\bethic(?:s|al)(?: and \w+)?\s+(?:concerns?|considerations?|issues|implications|"
            r"guidelines|standards|risks)\b"
        ),
        needs=words(
            r"\b(?:we|our)\b",
            r"\bauthors\b",
            r"\bthis (?:work|paper|study|research|data ?set)\b",
            r"\b(?:no|any|foresee)\b",
        ),
        unless=words(r"\b(?:they|their|users?|previous|prior|literature|et al)\b"),
        flag="has_ethics_statement",
        not_in=OTHERS_WORK | {"abstract", "introduction"},
    ),
)
