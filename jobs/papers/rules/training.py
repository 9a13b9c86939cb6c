"""How the work was done: seeds, hyper-parameters, machines, software, runs."""

from __future__ import annotations

from jobs.papers.rules.rule import ELSEWHERE, OTHERS_WORK, Rule, words

_SEED_ADJECTIVE = (
    r"(?:random|fixed|different|distinct|same|separate|independent|initiali[sz]ation|global|multiple|several|"
    r"single|various|"
    r"shared|constant|perturbation|training|\d+|two|three|four|five|six|seven|eight|nine|ten|twenty)"
)
_KNOBS = (
    r"(?:learning[- ]rates?|batch[- ]sizes?|mini-?batch(?:es)?(?: size)?|weight[- ]decay|drop-?out(?: (?:rate|"
    r"ratio|probability))?|momentum|"
    r"warm-?up(?: steps| ratio)?|hidden (?:size|units|dimensions?|layers)|embedding (?:size|dimensions?)|number "
    r"of (?:layers|heads|epochs|trees)|"
    r"beam size|sequence length|temperature|discount factor|max(?:imum)? depth|n_estimators|max_depth|"
    r"learning_rate|batch_size|"
    r"gradient clipping|patience|kernel size|regulari[sz]ation (?:parameter|coefficient|strength|weight)|taxa de "
    r"aprendizado|"
    r"tasa de aprendizaje|tamanho do lote|(?:β|beta)_?1)"
)
_NUMBER = r"(?:\d|one\b|two\b|[×x]\s?10)"

_MACHINE = (
    r"(?:\bNVIDIA\b.{0,25}(?:\bGPU|[A-Z]{1,3}[ -]?\d{2,4})|\bGeForce\b|\bRTX[ -]?(?:A?\d{4})|\bGTX[ -]?(?:Titan|"
    r"\d{3,4})|\bQuadro\b|\bTesla[ -][A-Z]\d|\bTitan[ -](?:X|V|RTX|Xp)|"
    r"\b(?:A100|V100|H100|H200|P100|B200|A10G?|A40|A800|H800|L40S?|K80|P40|T4|M40|MI\d{3}X?|RTX ?\d{4}(?: ?Ti)?"
    r")\b(?=.{0,30}(?:GPU|GB|card|NVIDIA))|"
    r"\b(?:\d+|one|two|four|eight|single|a|an)\s*[×x]?\s*(?:\w+[ -]){0,3}(?:A100|V100|H100|P100|T4|K80|A6000|"
    r"3090|4090)s?\b|"
    r"\bTPU\s?v?\d|\bv\d-\d+\b(?=.{0,20}TPU)|\b(?:\d+|one|two|three|four|eight|sixteen|"
    r"single)\s+(?:\w+\s+){0,2}(?:GPU|TPU|CPU)s?\b|"
    r"\bIntel\b.{0,25}(?:Xeon|Core|i[3579])|\bXeon\b|\bCore i[3579]\b|\bAMD (?:EPYC|Ryzen|Threadripper)|\bApple "
    r"M[1-4]\b|\bGoogle Colab\b|"
    r"\b(?:GPU|CPU|TPU|compute|node)[- ]?(?:hours|days)\b|\bJetson\b|\b\d+\s?(?:GB|GiB|TB) (?:of )?(?:V?RAM|"
    r"(?:GPU |main |system )?memory)\b|"
    r"\b(?:EC2|p3\.\d?x?large|g4dn|SLURM)\b)"
)
_TIME = (
    r"\b(?:train(?:ed|ing|s)?|experiments?|runs?|running|fine-?tun\w+|pre-?train\w+|inference|optimi[sz]ation|"
    r"took|takes?|comput\w+)\b"
    r"[^.]{0,80}?\b(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|a few|several)\s*(?:GPU[- ])?(?:hours?|"
    r"hrs?|days?|weeks?|minutes)\b"
)

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
            r"\b\d+(?:[.,]\d+)?k?\s+(?:training |pre-?training |fine-?tuning )?epochs\b",
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
    Rule(
        "compute",
        words(_MACHINE, _TIME),
        unless=words(
            r"\b(?:data|telemetry|logs?|footage|audio|speech|recordings?|video)\b[^.]{0,50}\b(?:hours|days|weeks)\b",
            r"\b\d+\s+(?:hours|days|weeks) of (?:normal|audio|video|speech|data|usage|recording)",
            r"\b(?:participants?|subjects?|annotators?|patients?|workers?)\b[^.]{0,60}\b(?:hours?|days?|weeks?|"
            r"minutes)\b",
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
        words(_TIME, r"\b\d+(?:\.\d+)?\s*(?:ms|milliseconds?|seconds?|fps)\b(?:\s+per\s+\w+)?", r"\bFPS\b.{0,40}\d"),
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
