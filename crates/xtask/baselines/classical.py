"""Trains scikit-learn's classifiers on vectors, such as those of MFCC."""

from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

FLAT, STATISTICS = "flattened", "statistics"


def majority():
    return DummyClassifier(strategy="most_frequent")


def logistic_regression(c=0.03):
    return LogisticRegression(C=c, max_iter=10_000)


def svm():
    return SVC(C=10)


def forest(seed=0):
    return RandomForestClassifier(200, random_state=seed)


def standardised(model):
    """Returns a model that standardises the columns of its vectors first."""
    return make_pipeline(StandardScaler(), model)


# The vectors and the model for each name.
MODELS = {
    "majority class": (FLAT, majority),
    "logistic regression, flattened": (FLAT, lambda: logistic_regression(0.003)),
    "logistic regression, statistics": (STATISTICS, logistic_regression),
    "SVM, flattened": (FLAT, svm),
    "SVM, statistics": (STATISTICS, svm),
    "random forest, flattened": (FLAT, forest),
    "random forest, statistics": (STATISTICS, forest),
}

# The model that danas must not fall below.
LOGISTIC_REGRESSION = "logistic regression, flattened"


def accuracies(features, labels, learned, test):
    """Returns the test accuracy of each model, trained on the examples `learned`."""
    vectors = {FLAT: features.flattened(), STATISTICS: features.statistics()}
    found = {}
    for name, (kind, make) in MODELS.items():
        model = standardised(make())
        model.fit(vectors[kind][learned], labels[learned])
        found[name] = model.score(vectors[kind][test], labels[test])
    return found


def sizes(features, labels):
    """Returns the bytes of the parameters in float32, for the models that have few parameters."""
    classes = labels.max() + 1
    vectors = {FLAT: features.flattened(), STATISTICS: features.statistics()}
    linear = [name for name in MODELS if name.startswith("logistic")]
    return {name: 4 * int((vectors[MODELS[name][0]].shape[1] + 1) * classes) for name in linear}
