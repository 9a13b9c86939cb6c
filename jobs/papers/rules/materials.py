"""What the work stands on: data, how they were split, measured, prepared and labelled, and whose they are."""

from __future__ import annotations

from jobs.papers.rules.rule import ELSEWHERE, OTHERS_WORK, Rule, either, words

_DATA = either(
    r"\bdata ?sets?\b",
    r"\bcorpus\b",
    r"\bcorpora\b",
    r"(?<!we )(?<!to )(?<!and )(?<!will )\bbenchmarks?\b(?!\s+(?:our|the|this|these|against|it)\b)",
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
    r"\b(?:jeux?|bases?|ensembles?) de données\b",
    r"\bbases? de da[dt]os\b",
    r"\bDatens[aä]tz\w*",
    r"\bDatenbank\w*",
    r"\bKorpora?\b",
    r"\bKorpus\b",
    r"数据集|语料库|データセット|コーパス|데이터셋|말뭉치|набор\w* данных|датасет|корпус",
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
    r"\b(?:nous|notre|nos|wir|unsere?[rnms]?|nuestr[oa]s?|noss[oa]s?)\b",
    r"\b(?:utilis|évalu|appliqu|expérien|verwend|ausgewertet|trainier|untersuch|evalu|constru|compos|"
    r"contien|contém)\w*",
    r"我们|本文|实验|評価|実験|使用|実験|실험|использ\w+|эксперимент\w*",
)
MATERIALS = (
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
)
