//! Multi-objective evolutionary search for expensive evaluations: strategies, Pareto archive, deterministic parallel evaluation.
