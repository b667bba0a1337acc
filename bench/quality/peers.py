"""The linear peers, from raw text to ratings, each with its strength of regularisation picked by inner cross-validation.

ridge     TF-IDF of words and pairs, sublinear; Ridge
logistic  the same; multinomial logistic regression over the stars, rating = expected star
nb        binary words and pairs, weighted by their naive Bayes log-count ratio, one against the rest for each star (Wang
          and Manning 2012); logistic regression; rating = expected star

Task: contender, rated and test (JSON lines), seed.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from exchange import read_reviews, read_task, say, write_result  # noqa: E402

FOLDS = 3
WORDS = r"(?u)\b\w+(?:'\w+)?\b|[!?]"
# A continuous rating is one of this many stars to a classifier.
MOST_LEVELS = 20


class ExpectedStar:
    """Logistic regression whose prediction is the expected star."""

    def __init__(self, strength):
        self.strength = strength

    def fit(self, x, y):
        # By number: classes that are fractions are refused.
        self.levels, star = np.unique(y, return_inverse=True)
        self.model = LogisticRegression(C=self.strength, max_iter=200, tol=1e-3).fit(x, star)
        return self

    def predict(self, x):
        return self.model.predict_proba(x) @ self.levels


class NaiveBayesLogistic:
    """One logistic regression per star on features weighted by the star's log-count ratio."""

    def __init__(self, strength):
        self.strength = strength

    def fit(self, x, y):
        self.levels = np.unique(y)
        self.parts = []
        for level in self.levels:
            own = y == level
            p, q = 1 + x[own].sum(0).A1, 1 + x[~own].sum(0).A1
            ratio = np.log((p / p.sum()) / (q / q.sum()))
            model = LogisticRegression(C=self.strength, max_iter=100, tol=1e-3, solver="liblinear", dual=True)
            self.parts.append((ratio, model.fit(x @ sp.diags(ratio), own)))
        return self

    def predict(self, x):
        p = np.stack([model.predict_proba(x @ sp.diags(r))[:, 1] for r, model in self.parts], axis=1)
        return (p / p.sum(1, keepdims=True)) @ self.levels


def candidates(contender, rated):
    least = 1 if rated < 2000 else 2
    tfidf = TfidfVectorizer(ngram_range=(1, 2), min_df=least, sublinear_tf=True, token_pattern=WORDS)
    if contender == "ridge":
        return tfidf, [lambda a=a: Ridge(alpha=a, solver="sparse_cg") for a in (0.1, 0.3, 1, 3, 10)]
    if contender == "logistic":
        return tfidf, [lambda c=c: ExpectedStar(c) for c in (1, 4, 16, 64)]
    counts = CountVectorizer(ngram_range=(1, 2), min_df=least, binary=True, token_pattern=WORDS)
    return counts, [lambda c=c: NaiveBayesLogistic(c) for c in (0.003, 0.03, 0.3)]


def choose(models, x, y, seed):
    errors = np.zeros(len(models))
    for kept, held in KFold(FOLDS, shuffle=True, random_state=seed).split(y):
        for i, make in enumerate(models):
            errors[i] += np.sum((make().fit(x[kept], y[kept]).predict(x[held]) - y[held]) ** 2)
    return models[int(np.argmin(errors))], int(np.argmin(errors))


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    task = read_task()
    texts, ratings = read_reviews(task["rated"])
    y = np.array(ratings, dtype=np.float64)
    low, high = y.min(), y.max()
    if task["contender"] != "ridge" and len(np.unique(y)) > MOST_LEVELS:
        y = low + (high - low) * np.round(10 * (y - low) / (high - low)) / 10
    began = time.perf_counter()
    vectorizer, models = candidates(task["contender"], len(texts))
    x = vectorizer.fit_transform(texts).tocsr()
    make, picked = choose(models, x, y, task["seed"])
    model = make().fit(x, y)
    seconds = time.perf_counter() - began
    test_texts, _ = read_reviews(task["test"])
    predicted = model.predict(vectorizer.transform(test_texts)).clip(low, high)
    say(f"  {seconds:.0f} s, candidate {picked + 1} of {len(models)}")
    write_result({"ratings": predicted.tolist(), "seconds": seconds})


main()
