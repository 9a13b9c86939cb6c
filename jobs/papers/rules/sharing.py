"""What the paper shares: code, data, models, and under which licence."""

from __future__ import annotations

from jobs.papers.rules.rule import OTHERS_WORK, Rule, either, words

# Code itself, and not what is merely about it: "code generation", "implementation details".
_NOT_ABOUT = (
    r"(?!\s+(?:optimi[sz]|snippet|example|generat|complet|search|review|quality|coverage|smell|analys|understand|"
    r"summar|translat|LLM|token|block|chang|edit|detail|specific|choice|setting|note|issue|cost|effort)\w*)"
)
_THINGS = either(
    rf"(?:source|training|evaluation|python|our|full|complete)\s+)*(?:codes?\b{_NOT_ABOUT}",
    r"codebase",
    rf"implementations?\b{_NOT_ABOUT}",
    r"scripts",
    r"software",
)
_OUT = r"(?:(?:made|makes?|making|freely|publicly|openly|now|also|be|been|fully)\s+)*"
_AVAILABLE = either(
    r"available",
    r"accessible",
    r"released",
    r"open[- ]?sourced?",
    r"provided",
    r"published",
    r"public",
    r"hosted",
    r"shared",
    r"downloadable",
    r"found",
)

SHARING = (
    Rule(
        "code_statement",
        words(
            rf"\b{_THINGS}\b[^.;]{{0,60}}?\b(?:is|are|has been|have been|was|were|will be|can be|is "
            rf"being)\s+{_OUT}{_AVAILABLE}\b",
            rf"\b{_THINGS}\s+(?:and\s+[\w-]+\s+){{0,3}}(?:available|released|open[- ]?sourced)\b",
            r"\bwe\s+(?:(?:also|will|have|publicly|openly|hereby|plan|to|further)\s+)*"
            r"(?:release|open[- ]?source|publish|share|provide|make)d?\s+"
            rf"(?:(?!of\b|for\b|about\b|with\b|from\b|using\b|how\b|that\b|on\b|use\b)[\w,’'-]+\s+){{0,6}}?{_THINGS}\b",
            r"\b(?:our|the)\s+(?:source )?codes?\s*(?:is\s+at|:|at\s+http)",
            r"^\W*(?:source )?codes?(?: and [\w ]{3,30})?\s*(?:is|are)?\s*(?::|at|available|released)\s",
            r"\bcodes?\b[^.]{0,60}\b(?:github\.com|gitlab\.com|bitbucket\.org|https?://)",
            r"\b(?:we|this paper) (?:present|introduce|propose|describe)s?\b[^.]{0,60}(?:https?://)?(?:github|"
            r"gitlab)\.com/",
            r"\b(?:we|this paper)\s+(?:introduce|present|release|propose|describe|"
            r"provide)s?\b[^.]{0,60}\bopen[- ]?sourced?\b"
            r"[^.]{0,30}\b(?:toolkit|library|framework|software|package|system|tool|platform|implementation)\b",
            r"\b(?:source code|our code)\b[^.]{0,40}\b(?:repository|supplement|appendix)",
            r"\b(?:website|repository|page)\b[^.]{0,80}\bcontains?\s+(?:the\s+)?source code\b",
            r"\bcódigo(?:[- ]fu?ente| fonte)?\b[^.]{0,60}\b(?:dispon[íi]|acess[íi]v|accesib|publicad)",
            r"\b(?:le|notre|nos|les) codes?(?: sources?)?\b[^.]{0,60}\b(?:disponibles?|accessibles?|publiés?)\b",
            r"^\W*\d{0,2}\W*code(?: source)? disponible\b",
            r"\b(?:quell(?:code|text)|programmcode|der code)\b[^.]{0,60}\b(?:verfügbar|abrufbar|"
            r"veröffentlicht|zugänglich)\b",
            r"\bcodice(?: sorgente)?\b[^.]{0,60}\b(?:disponibile|accessibile|pubblicato)\b",
            r"(?:代码|源码|源程序)[^。]{0,20}(?:开源|公开|获取|发布)|コード.{0,20}公開|코드.{0,20}공개",
        ),
        unless=words(
            # What is promised for later, or to those who ask, is not available; an address printed beside it is.
            r"^(?!.*(?:https?:|\bgithub\.|\bwww\.)).*\b(?:upon|on|after|following|pending|once|when|until)\b.{0,30}"
            r"\b(?:accept(?:ed|ance)|publication|published|request)\b",
            r"^(?!.*(?:https?:|\bgithub\.|\bwww\.)).*\b(?:auf anfrage|sur demande|mediante solicitud|bajo petición|"
            r"mediante solicitação|su richiesta)\b",
            r"\b(?:do|does|did|can|could|will|are|is|am)\s?(?:not|n[’']t|unable to)\b[^.]{0,40}"
            r"\b(?:releas|shar|publish|provid|open|mak|disclos|distribut)\w*[^.]{0,40}\b(?:code|"
            r"implementation|software)",
            r"\b(?:several|many|multiple|existing|various|some|other|different|commercial)\s+(?:\w+\s+){0,2}"
            r"(?:implementations?|software|codes?)\b",
            r"\b(?:no|not)\s+(?:\w+\s+){0,2}(?:codes?|implementation)s?\b[^.]{0,40}available",
            r"\bcodes?\b[^.]{0,40}\b(?:not|unavailable|cannot|never)\b",
            r"\b(?:their|his|authors'|original authors)\s+(?:\w+\s+){0,2}(?:codes?|implementation)",
            r"\b(?:whose|when|if|where|whenever|only)\s+(?:\w+\s+){0,2}codes?\b",
            r"\bbaselines?\b[^.]{0,60}\bcodes?\b[^.]{0,30}\bavailable",
            r"\b(?:zip|country|category|postal|error[- ]correcting|ICD|QR|bar)[- ]?codes?\b",
            r"\b(?:modules?|adapted|borrowed|taken) from (?:the )?open[- ]source codes?\b",
        ),
        flag="states_code_available",
        not_in=OTHERS_WORK | {"limitations"},
    ),
    Rule(
        "data_statement",
        words(
            r"\b(?:data ?sets?|data|corpus|corpora|benchmark|sequences|images|annotations)\b[^.;]{0,80}?\b(?:is|"
            r"are|has been|have been|will be|can be)"
            rf"\s+{_OUT}(?:available|accessible|released|open[- ]?sourced?|published|public|hosted|shared|"
            rf"downloadable|downloaded|obtained|found)\b",
            r"\bwe\s+(?:(?:also|will|have|publicly|openly)\s+)*(?:release|open[- ]?source|publish|share|make)d?\s+"
            r"(?:[\w,’'-]+\s+){0,6}?(?:data ?sets?|data|corpus|benchmark)\b",
            r"\bpublicly[- ]available\s+(?:\w+\s+){0,3}(?:data ?sets?|corpus|corpora|benchmarks?)\b",
            r"\bdata availability\b",
            r"\baccess to the data\b",
            r"\b(?:dados|datos)\b[^.]{0,60}\b(?:disponív|disponib|abertos|abiertos)",
            r"\bdonnées\b[^.]{0,60}\b(?:disponibles?|accessibles?|publi(?:qu)?ées?)\b|\bdisponibilité des données\b",
            r"\bdaten(?:s[aä]tze?)?\b[^.]{0,60}\b(?:verfügbar|abrufbar|veröffentlicht|zugänglich)\b|"
            r"\bdatenverfügbarkeit\b",
            r"数据集?[^。]{0,15}(?:公开|获取|下载)|データ(?:セット)?.{0,15}公開",
        ),
        unless=words(
            r"\b(?:data|data ?sets?|corpus)\b[^.]{0,40}\b(?:not|cannot|never)\b[^.]{0,30}"
            r"\b(?:available|shared|released|public\w*|provided)\b",
            r"\b(?:do|can|will|are) ?(?:not|n[’']t|unable to)\b[^.]{0,40}\b(?:releas|shar|publish|"
            r"provid)\w*[^.]{0,30}\bdata",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "model_statement",
        words(
            r"\b(?:pre-?trained |trained )?(?:models?|weights|checkpoints?)\b[^.;]{0,60}?\b(?:is|are|will be|can "
            r"be|have been)\s+"
            rf"{_OUT}(?:available|released|open[- ]?sourced|downloaded|shared|provided)\b",
            r"\bwe\s+(?:(?:also|will|publicly)\s+)*(?:release|open[- ]?source|share|provide)\s+(?:[\w,’'-]+\s+){0,5}?"
            r"(?:weights|checkpoints?|pre-?trained models?)\b",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "licence",
        words(
            r"\blicen[sc]ed? under\b",
            r"\b(?:released|distributed|available|published|shared|provided) under (?:the |a |an )?"
            r"[\w .-]{0,40}licen[sc]e\b",
            r"\b(?:CC[ -]BY(?:[ -](?:NC|SA|ND))*|CC0|MIT|Apache(?:[ -]2\.0)?|[AL]?GPL(?:v\d)?|"
            r"BSD)[\w .-]{0,12}\blicen[sc]e\b",
            r"\bCC[ -]BY(?:-\w\w)*[ -]\d\.\d\b",
            r"\bcreative commons\b",
        ),
        not_in=OTHERS_WORK,
    ),
)
