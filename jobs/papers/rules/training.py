"""How the work was done: seeds, hyper-parameters, machines, software, runs."""

from __future__ import annotations

from jobs.papers.rules.machines import MACHINE, TIME
from jobs.papers.rules.rule import ELSEWHERE, OTHERS_WORK, Rule, either, words

_SEED_ADJECTIVE = either(
    r"random",
    r"fixed",
    r"different",
    r"distinct",
    r"same",
    r"separate",
    r"independent",
    r"initiali[sz]ation",
    r"global",
    r"multiple",
    r"several",
    r"single",
    r"various",
    r"shared",
    r"constant",
    r"perturbation",
    r"training",
    r"\d+",
    r"two",
    r"three",
    r"four",
    r"five",
    r"six",
    r"seven",
    r"eight",
    r"nine",
    r"ten",
    r"twenty",
)
_KNOBS = either(
    r"learning[- ]rates?",
    r"batch[- ]sizes?",
    r"mini-?batch(?:es)?(?: size)?",
    r"weight[- ]decay",
    r"(?<!sensor )(?<!signal )(?<!school )(?<!student )drop-?out(?: (?:rate|ratio|probability))?",
    r"momentum (?:term|coefficient|parameter|factor)",
    r"warm-?up (?:steps?|ratio|epochs?|period|phase|proportion|iterations?)",
    r"hidden (?:size|units|dimensions?|layers)",
    r"embedding (?:size|dimensions?)",
    r"number of (?:layers|heads|epochs|trees|estimators|clusters|neighbou?rs|components|particles|filters|topics|"
    r"generations|hidden \w+)",
    r"population size",
    r"(?:mutation|crossover) (?:rate|probability)",
    r"burn-?in(?: period)?",
    r"beam size",
    r"sequence length",
    r"(?:softmax|sampling|decoding|distillation) temperature",
    r"discount factor",
    r"max(?:imum)? depth",
    r"n_estimators",
    r"max_depth",
    r"learning_rate",
    r"batch_size",
    r"gradient clipping",
    r"patience",
    r"kernel size",
    r"regulari[sz]ation (?:parameter|coefficient|strength|weight)",
    r"taxa de (?:aprendizado|aprendizagem)",
    r"tasa de aprendizaje",
    r"taux d[’']apprentissage",
    r"lernrate",
    r"tamanho do lote",
    r"tamaño del? lote",
    r"taille (?:de|du|des) (?:lots?|batch)",
    r"batch-?größe",
    r"学习率",
    r"批(?:次|量)?大小",
    r"(?:β|beta)_?1",
)
# A value, not the number of a table or of a variable, and not a length or an energy.
_UNIT = r"(?:[kcmnµ]?m|°C?|[kMG]?eV|[kM]?pc|[kMG]?Hz|[km]?g|K|T|ms|years?)"
_NUMBER = (
    r"(?<![A-Za-z\d_])(?<!Table )(?<!Section )(?<!Figure )(?<!Fig\. )(?<!Eq\. )"
    rf"(?:\d[\d.,]*+(?!\s?(?-i:{_UNIT})\b)|one\b|two\b|\.\d)"
)
_NUMBER_WORD = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|multi|cross|single)"

TRAINING = (
    Rule(
        "seed",
        words(
            rf"\b{_SEED_ADJECTIVE}\s+(?:(?:random|initiali[sz]ation|training)\s+)*seeds?\b",
            r"\b(?:random\s+)?seeds?\s*(?:=|:|is|was|were|are|to|of|set|fixed|values?)\s*(?:set to|fixed to|at|"
            r"to)?\s*\{?\d",
            r"\bseeds?\s+\{?\d+\b",
            r"\b(?:set|fix|fixed|sets|fixing|setting|using|use|vary|varying|average[sd]?(?: over| across)?|over|"
            r"across)\s+(?:the\s+|all\s+|our\s+)*"
            r"(?:\w+\s+){0,2}seeds?\b",
            rf"\b{_NUMBER_WORD}[- ]seeds?\b",
            r"\bseeds?\s*[:({\[]+\s*\d",
            r"\b(?:initial|distinct|unique|master|base) (?:random )?seeds?\b|\bseed values?\b|"
            r"\bset_seed\b|\brandom\.seed\b",
            r"\bseeded (?:per|for each|pseudo-?random|generators?)\b|\bper-seed\b",
            r"随机(?:数)?种子|乱数(?:の)?(?:シード|種)|シード値|난수 시드|랜덤 시드|случайн\w+ (?:сид|зерн)",
            r"\bzufalls(?:zahlen)?(?:-seed|startwert|keim)|\bstartwerte?\b[^.]{0,30}\bzufall|\bseme casuale\b",
            r"\brandom_state\s*=|\bmanual_seed\b|\bseeded\s+(?:with|at|by|the random|all random)\b",
            r"\bsementes?\s+(?:aleatóri|fixa|de aleatori)|\bsemillas?\s+(?:aleatori|fija)|\bgraines?\s+aléatoire",
        ),
        unless=words(
            r"\bseed\s+(?:words?|terms?|list|lexicon|dictionar\w+|examples?|entit\w+|nodes?|papers?|urls?|corpus|"
            r"corpora|questions?|"
            r"prompts?|tasks?|instructions?|sentences?|phrases?|users?|queries|data ?sets?|points?|pixels?|"
            r"regions?|voxels?|images?|"
            r"patterns?|articles|pages|documents|topics|set of (?:words|papers))\b",
            r"\b(?:crop|plant|grain|wheat|rice|soy\w*|sunflower|oil)[ -]seeds?\b",
            r"\bseeds?\s+(?:germinat|plant|coat|oil|bank)",
        ),
        flag="mentions_seed",
        not_in=OTHERS_WORK,
    ),
    Rule(
        "hyperparameters",
        words(
            rf"\b{_KNOBS}\b[^.;]{{0,45}}?{_NUMBER}",
            rf"\b(?:with|use[ds]?|using|of|a|an|is)\s+(?:an?\s+)?\d[\d.,e×–-]*\s+(?:as\s+)?(?:the\s+)?{_KNOBS}\b",
            r"(?<!angular )(?<!transverse )(?<!linear )\bmomentum\s*(?:of|=|is|was|set to|:)?\s*(?:set to\s*)?0?\.\d",
            rf"\bwarm-?up\s*(?:of|for|over|=|:|\()?\s*{_NUMBER}|\b\d+\s?%\s*(?:linear )?warm-?up\b",
            r"\btemperatures?\s*(?:parameter)?\s*(?:=|of|to|at|is|was|(?:is|was|were) (?:set|fixed)"
            r" (?:to|at)|τ ?=|T ?=)\s*"
            r"(?:[01]\.\d+|[01](?![\d.,]))(?!\s?(?:K|°|C\b|[kM]?eV))",
            r"\bwe (?:set|fix|choose)\b[^.]{0,40}\b(?:weights?|coefficients?|trade-?off|thresholds?|"
            r"hyper-?parameters?)\b"
            r"[^.]{0,30}?(?:=|\bto\b|\bat\b)\s*\d",
            r"\b\d+(?:[.,]\d+)?k?\s+(?:training |pre-?training |fine-?tuning )?(?:epochs|époques|épocas|Epochen)\b",
            r"\b(?:train|fine-?tun|optimi[sz])\w*\b[^.]{0,60}\b\d[\d,.]*[kK]?\s+(?:gradient |update |training )?"
            r"(?:epochs|iterations|steps|updates)\b",
            r"\btable\s+[\dIVX]+[.:]\s+(?:\w+\s+){0,4}(?:hyper-?)?parameters?\s+(?:used|settings?|values|and)\b",
            r"\bhyper-?parameters?\b[^.]{0,80}\b(?:are|is|were|was)\s+(?:set|listed|given|shown|provided|"
            r"reported|summari[sz]ed)\b",
            r"\bhiperpar[âá]metros\b[^.]{0,60}\b(?:padrão|por defecto|=|\d)",
        ),
        flag="reports_hyperparameters",
        not_in=OTHERS_WORK | {"abstract"},
    ),
    Rule("compute", words(MACHINE), flag="reports_compute", not_in=OTHERS_WORK | {"abstract"}),
    Rule(
        "compute",
        words(TIME),
        needs=words(
            r"\btrain|\bmodels?\b|\bnetworks?\b|\bGPU|\bCPU|\bepochs?\b|\binference\b|\bcomput|"
            r"\boptimi|\bruns?\b"
        ),
        unless=words(
            r"\b(?:data|telemetry|logs?|footage|audio|speech|recordings?|video)\b[^.]{0,50}\b(?:hours|days|weeks)\b",
            r"\b\d+\s+(?:hours|days|weeks) of (?:normal|audio|video|speech|data|usage|recording)",
            r"\b(?:participants?|subjects?|annotat\w+|patients?|workers?|experts?|students?|interview\w*|"
            r"users?|readers?|"
            r"people|humans?|volunteers?|compensated|paid|stud(?:y|ies))\b",
        ),
        flag="reports_compute",
        not_in=OTHERS_WORK | {"abstract"},
    ),
    Rule(
        "software",
        words(
            r"\b(?:PyTorch|TensorFlow|Keras|JAX|scikit-learn|MATLAB|CUDA|MONAI|Python|XGBoost|LightGBM|"
            r"Hugging ?Face|MXNet|Caffe2?|Theano)\b"
            r"\s*(?:version\s*)?v?\d+(?:\.\d+)*",
            r"\bimplemented\s+(?:\w+\s+){0,3}(?:in|with|using|on)\s+(?:top of\s+)?(?:the\s+)?"
            r"(?:PyTorch|TensorFlow|Keras|JAX|scikit-learn|MATLAB|MONAI|Python|C\+\+|CUDA)",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "runs",
        words(
            r"\b(?:average[ds]?|averaging|mean|median|repeat(?:ed)?|results?|best|run|ran|trained|"
            r"report\w*)\b[^.]{0,60}?\b(?:\d+|two|three|four|five|ten|twenty)"
            r"\s+(?:\w+\s+){0,2}(?:runs|trials|seeds|repetitions|times|restarts|replicat\w+)\b",
        ),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "runtime",
        words(TIME, r"\b\d+(?:\.\d+)?\s*(?:ms|milliseconds?|seconds?|fps)\b(?:\s+per\s+\w+)?", r"\bFPS\b.{0,40}\d"),
        not_in=OTHERS_WORK,
    ),
    Rule(
        "memory",
        words(
            r"\b\d+(?:\.\d+)?\s?[GM]i?B\b[^.]{0,30}\b(?:memory|V?RAM)\b",
            r"\bmemory (?:footprint|usage|consumption|requirements?)\b[^.]{0,60}\d",
        ),
        not_in=ELSEWHERE,
    ),
)
