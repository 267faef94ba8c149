"""Trains scikit-learn's classifiers on vectors of MFCC."""

from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

FLAT, STATISTICS = "flattened", "statistics"

# The vectors and the model for each name. Columns are standardised first.
MODELS = {
    "majority class": (FLAT, lambda: DummyClassifier(strategy="most_frequent")),
    "logistic regression, flattened": (FLAT, lambda: LogisticRegression(C=0.003, max_iter=10_000)),
    "logistic regression, statistics": (STATISTICS, lambda: LogisticRegression(C=0.03, max_iter=10_000)),
    "SVM, flattened": (FLAT, lambda: SVC(C=10)),
    "SVM, statistics": (STATISTICS, lambda: SVC(C=10)),
    "random forest, flattened": (FLAT, lambda: RandomForestClassifier(200, random_state=0)),
    "random forest, statistics": (STATISTICS, lambda: RandomForestClassifier(200, random_state=0)),
}

# The model that danas must not fall below.
LOGISTIC_REGRESSION = "logistic regression, flattened"


def accuracies(features, labels, learned, test):
    """Returns the test accuracy of each model, trained on the examples `learned`."""
    vectors = {FLAT: features.flattened(), STATISTICS: features.statistics()}
    found = {}
    for name, (kind, make) in MODELS.items():
        model = make_pipeline(StandardScaler(), make())
        model.fit(vectors[kind][learned], labels[learned])
        found[name] = model.score(vectors[kind][test], labels[test])
    return found


def sizes(features, labels):
    """Returns the bytes of the parameters in float32, for the models that have few parameters."""
    classes = labels.max() + 1
    vectors = {FLAT: features.flattened(), STATISTICS: features.statistics()}
    linear = [name for name in MODELS if name.startswith("logistic")]
    return {name: 4 * int((vectors[MODELS[name][0]].shape[1] + 1) * classes) for name in linear}
