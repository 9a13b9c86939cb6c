"""Orders: how people tell a language model what to think of a paper, in the languages papers are written in."""

from __future__ import annotations

from jobs.papers.rules.rule import words

ORDERS = words(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|other)\b.{0,25}"
    r"\b(?:instructions?|prompts?|rules|directions|guidelines)\b",
    r"\b(?:give|write|provide|output|return|generate)\b.{0,30}\b(?:only\s+)?(?:a\s+)?(?:positive|favou?rable|glowing)\b"
    r".{0,20}\b(?:reviews?|assessment|rating|feedback)\b",
    r"\bdo not (?:highlight|mention|report|point out)\b.{0,30}\b"
    r"(?:negatives?|weakness(?:es)?|flaws|limitations|problems)\b",
    r"\b(?:LLM|AI|language model|GPT|chatbot)s?\s+(?:reviewers?|assistants?|agents?|systems?|models?)?"
    r"\s*[:,]\s*(?:please|you must|ignore|do|give|recommend|rate|mark)\b",
    r"\bif you are (?:an? )?(?:AI|LLM|(?:large )?language model|automated)\b",
    r"\b(?:as|you are) an? (?:AI|LLM|(?:large )?language model)\b.{0,60}\b(?:must|should|please|recommend|accept|rate|"
    r"mark|answer)\b",
    r"\b(?:mark|rate|score|answer|judge|consider)\b.{0,30}\b(?:every|all|each|this)\b.{0,20}\b(?:criteri(?:on|a)|items?|"
    r"paper|questions?)\b.{0,20}\b(?:as )?(?:met|satisfied|passed|yes|accept(?:ed)?|10)\b",
    r"\brecommend(?:ing)?\b.{0,20}\b(?:accept(?:ing|ance)?)\b.{0,30}\b(?:paper|submission|manuscript)\b",
    r"<\|?(?:system|im_start|im_end|endoftext)\|?>|\[/?INST\]|\bsystem prompt\s*:",
    # German, French, Spanish, Portuguese, Italian
    r"\bignorier(?:e|en sie|t)\b.{0,30}\b(?:vorherigen?|bisherigen?|obigen|alle)\b.{0,25}"
    r"\b(?:anweisungen|instruktionen|regeln)\b",
    r"\bignor(?:e[zr]?|a|ar|are)\b.{0,30}\b(?:précédentes|ci-dessus|anteriores|previas|precedenti|toutes|todas|tutte)\b",
    r"\bignor(?:e[zr]?|a|ar|are)\b.{0,30}\b(?:instructions|instrucciones|instruções|istruzioni|consignes)\b",
    r"\b(?:positive|bonne|favorable|positiva|favorável|favorevole)[rns]? (?:bewertung|begutachtung|évaluation|critique|"
    r"reseña|evaluación|avaliação|recensione|valutazione)\b.{0,30}|\b(?:évaluation|évaluez|reseña|avaliação|recensione)\b"
    r".{0,15}\b(?:positive|positiva|favorable|favorável)\b",
    # Chinese, Japanese, Korean, Russian
    r"忽略.{0,12}(?:指令|指示|提示|要求)|无视.{0,12}(?:指令|指示)|(?:给出|写).{0,6}(?:正面|积极|肯定).{0,4}(?:评价|评审|审稿)",
    r"不要(?:提及|指出).{0,8}(?:缺点|不足|弱点|问题)",
    r"(?:以前|上記|前|これまで)の.{0,6}指示.{0,6}無視|(?:肯定的|好意的)な.{0,4}(?:査読|評価|レビュー)",
    r"이전.{0,6}(?:지시|명령).{0,6}무시|긍정적인.{0,4}(?:리뷰|평가|심사)",
    r"игнорир\w+.{0,30}(?:инструкци|указани)\w*|положительн\w+ (?:отзыв|рецензи|оценк)\w*",
)
WITHOUT_SPACES = words(
    r"(?:ignore|disregard|forget)(?:all)?(?:the)?(?:previous|prior|above)\w{0,12}(?:instructions?|prompts?)",
    r"(?:give|write|output)(?:only)?a?(?:positive|favou?rable)review|recommendaccept|donot(?:mention|highlight)\w{0,12}weakness",
)
