"""scikit-learn's ways from raw text to a rating, as its documentation would have them.

ridge        TfidfVectorizer (words and pairs, sublinear) and Ridge
ridge-words  the same without pairs, which rates faster and worse
logistic     words and pairs, multinomial LogisticRegression over the stars, rating = expected star
mlp          binary terms (starling's own number of them) and MLPRegressor with one hidden layer and early stopping

The strength of the regularisation (alpha, C) is picked on a validation part; the fit that is timed is the one on all
rated reviews with the picked value. Task: contender, choose (false takes the middle value), train and test (JSON lines),
terms, units, epochs, seed.
"""

import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPRegressor

from exchange import checksum, read_reviews, read_task, say, write_result


class ExpectedStar(LogisticRegression):
    def predict(self, x):
        return self.predict_proba(x) @ self.classes_


def tfidf(longest=2):
    return TfidfVectorizer(ngram_range=(1, longest), min_df=2, sublinear_tf=True, dtype=np.float32)


def binary(task):
    return CountVectorizer(max_features=task["terms"], binary=True, min_df=2, dtype=np.float32)


def perceptron(task):
    return MLPRegressor(
        hidden_layer_sizes=(task["units"],),
        batch_size=64,
        early_stopping=True,
        n_iter_no_change=4,
        max_iter=task["epochs"],
        random_state=task["seed"],
    )


def candidates(task):
    """The vectorizer, and the models to choose from."""
    if task["contender"] == "ridge":
        return tfidf(), [lambda a=a: Ridge(alpha=a) for a in (0.1, 0.3, 1, 3)]
    if task["contender"] == "ridge-words":
        return tfidf(longest=1), [lambda: Ridge(alpha=1)]
    if task["contender"] == "logistic":
        return tfidf(), [lambda c=c: ExpectedStar(C=c, max_iter=300) for c in (1, 3, 10, 30)]
    return binary(task), [lambda: perceptron(task)]


def rmse(predicted, actual):
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))


def choose(vectorizer, models, texts, ratings, seed):
    if len(models) == 1:
        return models[0]
    order = np.random.default_rng(seed).permutation(len(texts))
    held, kept = order[: len(order) // 10], order[len(order) // 10 :]
    x = vectorizer.fit_transform([texts[i] for i in kept])
    x_held = vectorizer.transform([texts[i] for i in held])
    errors = [rmse(make().fit(x, ratings[kept]).predict(x_held), ratings[held]) for make in models]
    say(f"  validation RMSE {', '.join(f'{error:.4f}' for error in errors)}")
    return models[int(np.argmin(errors))]


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    task = read_task()
    texts, ratings = read_reviews(task["train"])
    test_texts, actual = read_reviews(task["test"])
    ratings, actual = np.array(ratings, dtype=np.float64), np.array(actual, dtype=np.float64)
    vectorizer, models = candidates(task)
    began = time.perf_counter()
    if task["choose"]:
        make = choose(vectorizer, models, texts, ratings, task["seed"])
    else:
        make = models[len(models) // 2]
    choose_seconds = time.perf_counter() - began
    began = time.perf_counter()
    model = make().fit(vectorizer.fit_transform(texts), ratings)
    fit_seconds = time.perf_counter() - began
    began, cpu_began = time.perf_counter(), time.process_time()
    predicted = model.predict(vectorizer.transform(test_texts))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    write_result(
        {
            "rmse": rmse(predicted, actual),
            "fitSeconds": fit_seconds,
            "chooseSeconds": choose_seconds,
            "reviewsPerSecond": len(test_texts) / seconds,
            "cpuSecondsPerThousand": 1000 * cpu / len(test_texts),
            "terms": len(vectorizer.vocabulary_),
            "checksum": checksum(predicted.astype(np.float32)),
            "version": f"scikit-learn {sklearn.__version__}",
        }
    )


main()
