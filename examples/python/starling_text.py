"""Text to term ids and values, as starling does it: a port of its tokenizer and vectorizer, without dependencies.

golden.json, which lies beside every export, says whether this port (or yours) is right: see predict.py --check.
"""

import json
import math
import os
import re
import unicodedata

TAGS = re.compile(r"<[A-Za-z/!][^<>]{0,500}>")
ENTITIES = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}));")
NAMED = {
    "amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "rsquo": "'", "lsquo": "'",
    "rdquo": '"', "ldquo": '"', "hellip": " ", "mdash": " ", "ndash": " ", "eacute": "é", "egrave": "è",
    "agrave": "à", "ccedil": "ç", "uuml": "ü", "ouml": "ö", "auml": "ä", "ntilde": "ñ",
}  # fmt: skip
APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u00b4\uff07]")
# Over one letter per character: L letter, N number, M mark, and ' ! ? themselves.
WORDS = re.compile(r"[LN][LNM]*(?:'[LM]+)*")
WORDS_AND_MARKS = re.compile(r"[LN][LNM]*(?:'[LM]+)*|[!?]")


def _entity(found):
    decimal, hexadecimal, name = found.groups()
    if name:
        return NAMED.get(name.lower(), found.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else " "


def _kind(character):
    if character in "'!?":
        return character
    category = unicodedata.category(character)[0]
    return category if category in "LNM" else " "


def split_words(text, punctuation):
    """The words of a text in lower case, in order."""
    plain = ENTITIES.sub(_entity, TAGS.sub(" ", text))
    if not plain.isascii():
        plain = APOSTROPHES.sub("'", unicodedata.normalize("NFC", plain))
    plain = plain.lower()
    kinds = "".join(map(_kind, plain))
    pattern = WORDS_AND_MARKS if punctuation else WORDS
    return [plain[found.start() : found.end()] for found in pattern.finditer(kinds)]


class TextReader:
    """Texts to term ids and values, by the export.json and vocabulary.json of an export."""

    def __init__(self, folder):
        with open(os.path.join(folder, "export.json"), encoding="utf-8") as file:
            self.options = json.load(file)["text"]
        with open(os.path.join(folder, "vocabulary.json"), encoding="utf-8") as file:
            vocabulary = json.load(file)
        self.ids = {term: i for i, term in enumerate(vocabulary["terms"])}
        documents = vocabulary["documents"]
        self.weights = vocabulary.get("weights")
        self.idf = [math.log((1 + documents) / (1 + df)) + 1 for df in vocabulary["documentFrequency"]]
        self.stop_words = set(self.options["stopWordList"])

    def tokens(self, text):
        """The words of a text after the optional steps."""
        words = split_words(text, self.options["punctuation"])
        if self.options["stopWords"]:
            words = [word for word in words if word not in self.stop_words]
        if self.options["stem"]:
            words = [porter_stem(word) if len(word) <= 100 else word for word in words]
        return words

    def terms(self, text):
        """(ids, values) of a text: ids rising, values as the model's weighting has them."""
        words = self.tokens(text)
        counts = {}
        for first in range(len(words)):
            for n in range(1, self.options["ngrams"] + 1):
                if first + n > len(words):
                    break
                i = self.ids.get(" ".join(words[first : first + n]))
                if i is not None:
                    counts[i] = counts.get(i, 0) + 1
        ids = sorted(counts)
        weighting = self.options["weighting"]
        if weighting == "binary":
            return ids, [1.0] * len(ids)
        if weighting == "counts":
            return ids, [float(counts[i]) for i in ids]
        if weighting == "weights":
            values = [self.weights[i] for i in ids]
        else:
            values = [counts[i] * self.idf[i] for i in ids]
        norm = math.sqrt(sum(value * value for value in values))
        return ids, [value / norm for value in values] if norm > 0 else values


# The Porter stemmer (1980) as `natural` 8 has it, which departs from the original in places (every rule of a step is
# tried on what the rules before it left, and letters outside a-z count as consonants). MIT, Chris Umbel 2011.

STEP_2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"),
]  # fmt: skip
STEP_3 = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
]  # fmt: skip
STEP_4 = re.compile(
    r"^(.+?)(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)\Z", re.DOTALL
)
STEP_4_ION = re.compile(r"^(.+?[st])ion\Z", re.DOTALL)


def _groups(word):
    word = re.sub(r"[^aeiouy]+y", "CV", word)
    return re.sub(r"[^V]+", "C", re.sub(r"[aeiou]+", "V", word))


def _characters(word):
    word = re.sub(r"[^aeiouy]y", "CV", word)
    return re.sub(r"[^V]", "C", re.sub(r"[aeiou]", "V", word))


def _measure(word):
    if not word:
        return -1
    groups = _groups(word)
    return len(groups.removeprefix("C").removesuffix("V")) / 2


def _replace(word, rules, least=None):
    result = word
    for ending, instead in rules:
        if least is not None:
            if not word.endswith(ending) or _measure(word[: -len(ending)]) <= least:
                continue
        if result.endswith(ending):
            result = result[: -len(ending)] + instead or result
    return result


def porter_stem(word):
    """The stem of a lower-case word."""
    if len(word) < 3:
        return word
    # 1a
    if re.search(r"(?:ss|i)es\Z", word):
        word = word[:-2]
    elif word.endswith("s") and word[-2] != "s":
        word = word[:-1]
    word = _step_1b(word)
    # 1c
    if word.endswith("y") and "V" in _groups(word)[:-1]:
        word = word[:-1] + "i"
    word = _replace(word, STEP_2, 0)
    word = _replace(word, STEP_3, 0)
    # 4
    for pattern in (STEP_4, STEP_4_ION):
        found = pattern.match(word)
        if found and _measure(found.group(1)) > 1:
            word = found.group(1)
            break
    # 5a and 5b
    measure = _measure(word.removesuffix("e"))
    closed = _characters(word)[-4:-1] == "CVC" and re.search(r"[^wxy].\Z", word)
    if measure > 1 or (measure == 1 and not closed):
        word = word.removesuffix("e")
    if _measure(word) > 1 and word.endswith("ll"):
        word = word[:-1]
    return word


def _step_1b(word):
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    ending = re.search(r"(?:ed|ing)\Z", word)
    stem = word[: ending.start()] if ending else ""
    if not stem or "V" not in _groups(stem):
        return word
    longer = _replace(stem, [("at", "ate"), ("bl", "ble"), ("iz", "ize")])
    if longer != stem:
        return longer
    if re.search(r"([^aeiou])\1\Z", stem) and stem[-1] not in "lsz":
        return stem[:-1]
    if _measure(stem) == 1 and _characters(stem)[-3:] == "CVC" and stem[-1] not in "wxy":
        return stem + "e"
    return stem
