"""How sure the results are: spread, significance, sensitivity, and what they are compared with."""

from __future__ import annotations

from jobs.papers.rules.rule import OTHERS_WORK, Rule, either, words

_SPREAD_OF = either(
    r"runs?",
    r"seeds?",
    r"trials?",
    r"folds?",
    r"repetitions?",
    r"results?",
    r"mean",
    r"average",
    r"scores?",
    r"accurac\w+",
    r"over",
    r"across",
    r"report\w*",
    r"table",
    r"experiments?",
)

SPREAD = (
    Rule(
        "error_bars",
        words(
            r"\d\)?\s?%?\s?(?:±|\+/[-−–]|\\pm)\s?\.?\d",
            r"\berror bars?\b",
            r"\bconfidence intervals?\b|\bcredible intervals?\b|\bintervalos? de confian[çz]a\b|\b9[059]\s?%\s?CI\b",
            rf"\bstandard (?:deviations?|errors?)\b[^.]{{0,60}}\b{_SPREAD_OF}\b",
            rf"\b{_SPREAD_OF}\b[^.]{{0,60}}\bstandard (?:deviations?|errors?)\b",
            r"\bmeans?\s*(?:and|/|\+|±|,)\s*(?:std|sd|s\.d\.|stdev|standard deviations?)\b|\b(?:std|"
            r"stdev)\b[^.]{0,30}\b(?:runs|seeds|across|over)\b",
            r"\bshaded (?:areas?|regions?)\b[^.]{0,60}\b(?:deviation|error|interval|percentile|quantile|min)|"
            r"\binterquartile range\b",
            r"(?-i:\bSDs?\s*[=:]\s*\d|\bs\.\s?d\.\s*=\s*\d|\bSEM\b[^.]{0,20}\d|\bIQR\b)",
            r"\bdesvios?[- ]padrão\b|\bdesviaci[óo]n estándar\b|\bécarts?-types?\b|\bstandardabweichung\w*|"
            r"\bdeviazione standard\b|标准差|标准偏差|標準偏差|표준편차|\bintervalles? de confiance\b|"
            r"\bkonfidenzintervall\w*|置信区间|信頼区間",
            r"\bmean\b.{0,30}\bmin\b.{0,20}\bmax\b.{0,10}\bstd\b",
        ),
        unless=words(
            r"[A-Za-z)]\s*\d?\s*±\s*\d?\s*[A-Za-z(√]",
            r"\bstandard deviations?\b[^.]{0,50}\b(?:gaussian|noise|kernel|prior|initiali[sz]|filter|normal "
            r"distribution|blur)",
            r"\b(?:gaussian|noise|kernel|normal distribution|initiali[sz]ed)\b[^.]{0,60}\bstandard deviation",
            r"\b(?:normali[sz]|standardi[sz]|subtract|divid)\w+\b[^.]{0,60}\bstandard deviation",
            r"\bages?\b.{0,40}\bSD",
            r"\b(?:aged?|years?(?: old)?|noise|mm Hg|kg)\b[^.]{0,30}±|±[^.]{0,15}\b(?:years|noise|degrees?|px|"
            r"pixels?|Hz|mmHg)\b",
        ),
        flag="has_error_bars_or_std",
        not_in=OTHERS_WORK,
    ),
    Rule(
        "significance",
        words(
            r"\bstatistical(?:ly)? signific\w+|\bp\s?[<=≤]\s?0?[.,]\d|\bp-values?\b|\bt-tests?\b|\bWilcoxon\b|"
            r"\bANOVA\b|\bMann-Whitney\b|\bMcNemar\b|"
            r"\bbootstrap\w*\b[^.]{0,30}\b(?:test|interval|sampl)|\bFriedman\b|\bBonferroni\b|\bsignificância\b",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "sensitivity",
        words(
            r"\bsensitiv(?:e|ity)\b[^.]{0,40}\b(?:parameter|hyper|to the|analysis|choice)|\bablat(?:ion|e)\w*\b|"
            r"\banálise de sensibilidade\b"
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "baselines",
        words(
            r"\bbaselines?\b[^.]{0,80}\b(?:implement|re-?train|tun|official|default|reproduc|same (?:setting|"
            r"hyper|budget))\w*",
            r"\b(?:re-?implemented|re-?trained|reproduced)\b[^.]{0,60}\b(?:baselines?|methods?|models?)\b",
        ),
        not_in=OTHERS_WORK,
    ),
)
