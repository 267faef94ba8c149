"""Fits coefficients that are not negative to counts of instructions."""


def solve(rows, counts):
    """Returns the coefficients, not negative, with the least sum of squared relative errors.

    C. Lawson and R. Hanson (1974), Solving Least Squares Problems, chapter 23.
    """
    terms = len(rows[0])
    scale = [max(abs(row[i]) / count for row, count in zip(rows, counts)) or 1 for i in range(terms)]
    weighted = [[row[i] / count / scale[i] for i in range(terms)] for row, count in zip(rows, counts)]
    gram = [[sum(row[i] * row[j] for row in weighted) for j in range(terms)] for i in range(terms)]
    target = [sum(row[i] for row in weighted) for i in range(terms)]
    found, free = [0.0] * terms, []
    for _ in range(10 * terms):
        slopes = [target[i] - sum(gram[i][j] * found[j] for j in range(terms)) for i in range(terms)]
        best = max((i for i in range(terms) if i not in free), key=lambda i: slopes[i], default=None)
        if best is None or slopes[best] < 1e-9:
            break
        free.append(best)
        while True:
            trial = dict(zip(free, equations([[gram[i][j] for j in free] for i in free], [target[i] for i in free])))
            if min(trial.values()) > 0:
                break
            steps = [found[i] / (found[i] - trial[i]) for i in free if trial[i] <= 0 and found[i] != trial[i]]
            step = min(steps, default=0)
            for i in free:
                found[i] += step * (trial[i] - found[i])
            free = [i for i in free if found[i] > 1e-12]
            found = [found[i] if i in free else 0.0 for i in range(terms)]
            if not free:
                trial = {}
                break
        for i in trial:
            found[i] = trial[i]
    return [value / factor for value, factor in zip(found, scale)]


def equations(matrix, right):
    """Solves linear equations. A term that depends on others gets 0."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        if abs(rows[i][i]) < 1e-12:
            continue
        for k in range(size):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][size] / rows[i][i] if abs(rows[i][i]) >= 1e-12 else 0.0 for i in range(size)]
