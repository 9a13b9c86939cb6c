"""Machines and time: the words by which a paper says what its experiments ran on, and for how long."""

from __future__ import annotations

from jobs.papers.rules.rule import either

MACHINE = either(
    r"\bNVIDIA\b.{0,25}(?:\bGPU|[A-Z]{1,3}[ -]?\d{2,4})",
    r"\bGeForce\b",
    r"\bRTX[ -]?(?:A?\d{4})",
    r"\bGTX[ -]?(?:Titan|\d{3,4})",
    r"\b\d{4} ?Ti\b",
    r"\bQuadro\b",
    r"\bTesla[ -][A-Z]\d",
    r"\bTitan[ -](?:X|V|RTX|Xp)",
    r"\b(?:A100|V100|H100|H200|P100|B200|A10G?|A40|A800|H800|L40S?|K80|P40|T4|M40|MI\d{3}X?|RTX ?\d{4}(?: ?Ti)?"
    r")\b(?=.{0,30}(?:GPU|GB|card|NVIDIA))",
    r"\b(?:\d+\s*[×x]?|one|two|four|eight|single|a|an)\s+(?:\w+[ -]){0,3}(?:A100|V100|H100|P100|T4|K80|A6000|"
    r"3090|4090)s?\b",
    r"\bTPU\s?v?\d",
    r"\bv\d-\d+\b(?=.{0,20}TPU)",
    r"\b(?:\d+|one|two|three|four|eight|sixteen|single)\s+(?:\w+\s+){0,2}(?:GPU|TPU|CPU)s?\b",
    r"\bIntel\b.{0,25}(?:Xeon|Core|i[3579])",
    r"\bXeon\b",
    r"\bCore i[3579]\b",
    r"\bAMD (?:EPYC|Ryzen|Threadripper)",
    r"\bApple (?:M\d|Silicon)\b",
    r"\bMacBook\b",
    r"\bRaspberry Pi\b",
    r"\b(?:Pentium|Opteron|Core 2|UltraSPARC|Athlon|Celeron)\b",
    r"\b\d(?:\.\d+)?[- ]?GHz\b(?=.{0,40}\b(?:CPU|processors?|machine|PC|laptop|workstation|server|cores?|RAM)\b)",
    r"\b(?:CPU|processor|machine|PC|laptop|workstation|server)\b.{0,40}\b\d(?:\.\d+)?[- ]?GHz\b",
    r"\b\d+ ?G[Bo] de (?:V?RAM|memória|memoria|mémoire)\b|\b\d+ ?GB (?:Arbeitsspeicher|RAM)\b",
    r"\bGoogle Colab\b",
    r"\b(?:GPU|CPU|TPU|compute|node)[- ]?(?:hours|days)\b",
    r"\bJetson\b",
    r"\b\d+\s?(?:GB|GiB|TB) (?:of )?(?:V?RAM|(?:GPU |main |system )?memory)\b",
    r"\b(?:Amazon|AWS) EC2\b|\bEC2 instances?\b|\b[pg]\d[a-z]*\.\d*x?large\b|\bSLURM\b",
)
TIME = (
    r"\b(?:train(?:ed|ing|s)?|experiments?|runs?|running|fine-?tun\w+|pre-?train\w+|inference|optimi[sz]ation|"
    r"took|takes?|comput\w+)\b"
    r"[^.]{0,80}?\b(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|a few|several)\s*(?:GPU[- ])?(?:hours?|"
    r"hrs?|days?|weeks?|minutes)\b"
)
