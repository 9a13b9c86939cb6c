"""What was measured and on what: data, splits, metrics, spread, limits, ethics."""

from __future__ import annotations

from jobs.papers.rules.rule import ELSEWHERE, OTHERS_WORK, Rule, either, words

_DATA = either(
    r"\bdata ?sets?\b",
    r"\bcorpus\b",
    r"\bcorpora\b",
    r"\bbenchmarks?\b",
    r"\bchallenge data\b",
    r"\btelemetry\b",
    r"\bground truth data\b",
    r"\btraining data\b",
    r"\btest data\b",
    r"\b(?:CT|MR|MRI) (?:scans|images|volumes)\b",
    r"\bpatients\b",
    r"\bdados\b",
    r"\bdatos\b",
    r"\bconjuntos? de da[dt]os\b",
    r"\bjeux? de données\b",
    r"\b(?-i:MNIST)\b",
    r"\b(?-i:CIFAR-?10+)\b",
    r"\b(?-i:ImageNet)\b",
    r"\b(?-i:MS-?COCO)\b",
    r"\b(?-i:GLUE)\b",
    r"\b(?-i:SQuAD)\b",
    r"\b(?-i:Cityscapes)\b",
    r"\b(?-i:KITTI)\b",
    r"\b(?-i:WikiText)\b",
)
_DID = either(
    r"\bwe\b",
    r"\bour\b",
    r"\bexperiments?\b",
    r"\bevaluat\w+",
    r"\bcollect\w+",
    r"\bconduct\w+",
    r"\btrained\b",
    r"\bperformed\b",
    r"\bintroduc\w+",
    r"\btested\b",
    r"\bvalidat\w+",
    r"\butilizad\w+",
    r"\butilizamos\b",
    r"\bobtid\w+",
    r"\bexperimentos?\b",
    r"\bcontains?\b",
    r"\bconsists?\b",
    r"\bavailable\b",
)
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

FINDINGS = (
    Rule(
        "dataset",
        words(_DATA),
        needs=words(_DID),
        unless=words(
            r"\bno (?:data ?sets?|data) (?:is|are|was|were)\b",
            r"\bfuture work\b",
            r"\bdoes not (?:use|involve|require) (?:any )?data",
        ),
        flag="mentions_dataset",
        not_in=OTHERS_WORK | {"introduction", "conclusion"},
    ),
    Rule(
        "splits",
        words(
            r"\b(?:train(?:ing)?|development|dev|validation|val|test(?:ing)?)\s*(?:/|,|and|-)\s*(?:train(?:ing)?|"
            r"dev|validation|val|test(?:ing)?)\b"
            r"[^.]{0,40}\b(?:splits?|sets?|subsets?|partitions?)\b",
            r"\b\d+\s?%[^.]{0,40}\b(?:for|as)\s+(?:the\s+)?(?:train|test|valid)",
            r"\b\d+[- ]fold\b|\b(?:five|ten|k)-fold\b|\bvalidação cruzada\b|\bleave-one-out\b",
            r"\b(?:split|divided|partitioned)\b[^.]{0,60}\b(?:train|test|valid|\d+\s?[:/]\s?\d+)",
            r"\b\d[\d,. ]*\s+(?:\w+\s+){0,3}for (?:training|testing|validation)\b",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "metrics",
        words(
            r"\b(?:evaluation )?metrics?\b[^.]{0,80}\b(?:accuracy|precision|recall|F1|F-score|AUC|AUROC|BLEU|"
            r"ROUGE|METEOR|CIDEr|Dice|IoU|mAP|RMSE|mean (?:squared|absolute) error|error rate|"
            r"MAE|perplexity|MCC|PSNR|SSIM|FID|Hausdorff)\b",
            r"\b(?:we|is|are|was|were)\s+(?:\w+\s+){0,2}(?:report|measure|measured|evaluated|use|adopt|"
            r"compute)\w*\b[^.]{0,60}\b(?:accuracy|precision|"
            r"F1|F-score|AUC|AUROC|BLEU|ROUGE|Dice|IoU|mAP|RMSE|mean (?:squared|absolute) error|error rate|MAE|"
            r"perplexity|PSNR|SSIM|FID|Hausdorff)\b",
            r"\bmétricas?\b[^.]{0,60}\b(?:acurácia|precisão|F1|MCC|AUC)",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "preprocessing",
        words(
            r"\bpre-?process(?:ed|ing)?\b|\bpré-processamento\b|\bdata augmentation\b|\b(?:were|was|are|is) ("
            r"?:normali[sz]ed|resi[sz]ed|cropped|"
            r"tokeni[sz]ed|lower-?cased|resampled|standardi[sz]ed|downsampled)\b|\bwe (?:normali[sz]e|resi[sz]e|"
            r"crop|tokeni[sz]e|resample|filter|"
            r"remove|exclude|discard)d?\b|\b(?:were|was) (?:excluded|discarded|removed)\b",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "annotation",
        words(
            r"\bannotators?\b|\b(?:manually|expert|human)[- ](?:annotat|label)\w+|\binter-?(?:annotator|rater)\b|"
            r"\bcrowd-?(?:sourc|work)\w+|"
            r"\bMechanical Turk\b|\blabel(?:ed|led) by\b",
        ),
        not_in=OTHERS_WORK,
    ),
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
            r"\bdesvios?[- ]padrão\b|\bdesviación estándar\b|\bécart-type\b",
            r"\bmean\b.{0,30}\bmin\b.{0,20}\bmax\b.{0,10}\bstd\b",
        ),
        unless=words(
            r"[A-Za-z)]\s*\d?\s*±\s*\d?\s*[A-Za-z(√]",
            r"\bstandard deviations?\b[^.]{0,50}\b(?:gaussian|noise|kernel|prior|initiali[sz]|filter|normal "
            r"distribution|blur)",
            r"\b(?:gaussian|noise|kernel|normal distribution|initiali[sz]ed)\b[^.]{0,60}\bstandard deviation",
            r"\b(?:normali[sz]|standardi[sz]|subtract|divid)\w+\b[^.]{0,60}\bstandard deviation",
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
        "limitations",
        words(
            r"\blimitations? (?:of|in) (?:our|this|the (?:proposed|present|current)|\w+Former)\b|\b(?:a|one|"
            r"another|main|key|major|important|primary|first|second)"
            r"\s+limitation\b|\bour (?:\w+ ){0,3}(?:is|are|has|have|remains?) (?:\w+ )?(?:limited|limitations)\b|"
            r"\blimitaç(?:ão|ões) (?:do|deste|desta)\b",
            r"\bthis (?:work|study|paper|approach|method) (?:is|has|was) (?:\w+ )?limit",
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
            r"\bethic(?:s|al)\s+(?:approval|committee|board|review|statement|clearance|permission|concerns?|"
            r"considerations?|issues|guidelines|standards)\b",
            r"\b(?:institutional review board|IRB|informed consent|declaration of helsinki|research ethics|code "
            r"of ethics|ethics oversight)\b",
            r"\bcomitê de ética\b|\bcomité de ética\b|\bconsentimento informado\b",
        ),
        flag="has_ethics_statement",
        not_in=OTHERS_WORK,
    ),
    Rule(
        "cohort",
        words(
            r"\b\d[\d,]*\s+(?:\w+\s+){0,2}(?:patients|subjects|participants|volunteers)\b|\bcohorts?\b|"
            r"\binclusion criteria\b"
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "clinical",
        words(r"\bclinical(?:ly)? (?:significan|relevan|practice|use|routine|impact|application|workflow)\w*"),
        not_in=ELSEWHERE,
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
