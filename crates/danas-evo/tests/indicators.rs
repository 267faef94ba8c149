//! Tests the quality indicators against moocore's figures and against mathematical laws.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail like tests")]

use danas_evo::{
    ReferencePoint, additive_epsilon, hypervolume, hypervolume_contributions, igd_plus,
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    points: Vec<Vec<f64>>,
    reference: Vec<f64>,
    front: Vec<Vec<f64>>,
    hypervolume: f64,
    contributions: Vec<f64>,
    igd_plus: f64,
    additive_epsilon: f64,
}

/// Allows 5e-13, since exact rational arithmetic shows that moocore's volumes of six costs are off
/// by up to 2e-13.
fn assert_close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 5e-13, "{what}: {found} instead of {expected}");
}

#[test]
fn the_figures_are_moocores() {
    let golden: Golden = serde_json::from_str(include_str!("fixtures/indicators.json")).unwrap();
    assert_eq!(golden.cases.len(), 28);
    for case in golden.cases {
        let reference = ReferencePoint::new(case.reference).unwrap();
        let volume = hypervolume(&case.points, &reference).unwrap();
        assert_close(volume, case.hypervolume, &case.name);
        let contributions = hypervolume_contributions(&case.points, &reference).unwrap();
        assert_eq!(contributions.len(), case.contributions.len());
        for (found, expected) in contributions.iter().zip(case.contributions) {
            assert_close(*found, expected, &case.name);
        }
        assert_close(igd_plus(&case.points, &case.front).unwrap(), case.igd_plus, &case.name);
        let epsilon = additive_epsilon(&case.points, &case.front).unwrap();
        assert_close(epsilon, case.additive_epsilon, &case.name);
    }
}

#[test]
fn the_front_of_a_sphere_dominates_what_is_outside_of_it() {
    // The dominated region is the unit square without a quarter of the unit disc.
    let front: Vec<_> = (0..20_000)
        .map(|step| std::f64::consts::FRAC_PI_2 * f64::from(step) / 19_999.0)
        .map(|angle| [angle.cos(), angle.sin()])
        .collect();
    let volume = hypervolume(&front, &ReferencePoint::new([1.0, 1.0]).unwrap()).unwrap();
    let limit = 1.0 - std::f64::consts::FRAC_PI_4;
    assert!(volume < limit && volume > limit - 1e-4, "{volume}");
}

/// Sets of integer costs from 0 to 5, some of them beyond the reference point at 4.
fn sets() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1_usize..=5).prop_flat_map(|n_costs| {
        prop::collection::vec(prop::collection::vec((0_u8..6).prop_map(f64::from), n_costs), 1..9)
    })
}

fn volume(costs: &[Vec<f64>], reference: f64) -> f64 {
    let n_costs = costs.first().map_or(1, Vec::len);
    hypervolume(costs, &ReferencePoint::new(vec![reference; n_costs]).unwrap()).unwrap()
}

/// Computes the hypervolume by its definition: inclusion and exclusion over all subsets.
fn by_inclusion_and_exclusion(costs: &[Vec<f64>], reference: f64) -> f64 {
    (1_usize..1 << costs.len())
        .map(|subset| {
            let members = || (0..costs.len()).filter(|i| subset >> i & 1 == 1);
            let edge = |cost: usize| {
                let corner = members().map(|i| costs[i][cost]).fold(f64::NEG_INFINITY, f64::max);
                (reference - corner).max(0.0)
            };
            let shared: f64 = (0..costs[0].len()).map(edge).product();
            if members().count() % 2 == 1 { shared } else { -shared }
        })
        .sum()
}

proptest! {
    #[test]
    fn the_volume_is_that_of_inclusion_and_exclusion(costs in sets()) {
        // The costs are integers, so both results are exact.
        prop_assert_eq!(volume(&costs, 4.0), by_inclusion_and_exclusion(&costs, 4.0));
    }

    #[test]
    fn order_and_repetition_do_not_matter(costs in sets(), shift in 0_usize..9) {
        let expected = volume(&costs, 4.0);
        let mut other: Vec<_> = costs.iter().rev().cloned().collect();
        let n = other.len();
        other.rotate_left(shift % n);
        other.push(costs[0].clone());
        prop_assert_eq!(volume(&other, 4.0), expected);
    }

    #[test]
    fn another_vector_adds_its_contribution(costs in sets()) {
        let reference = ReferencePoint::new(vec![4.0; costs[0].len()]).unwrap();
        let contributions = hypervolume_contributions(&costs, &reference).unwrap();
        for (position, contribution) in contributions.into_iter().enumerate() {
            let mut others = costs.clone();
            others.remove(position);
            prop_assert!(contribution >= 0.0);
            prop_assert_eq!(volume(&others, 4.0) + contribution, volume(&costs, 4.0));
        }
    }

    #[test]
    fn the_unit_of_a_cost_scales_the_volume(costs in sets(), power in -3_i32..4) {
        let factor = 2_f64.powi(power);
        let mut scaled = costs.clone();
        scaled.iter_mut().for_each(|costs| costs[0] *= factor);
        let mut reference = vec![4.0; costs[0].len()];
        reference[0] *= factor;
        let reference = ReferencePoint::new(reference).unwrap();
        prop_assert_eq!(hypervolume(&scaled, &reference).unwrap(), factor * volume(&costs, 4.0));
    }

    #[test]
    fn what_is_better_in_a_cost_is_nowhere_worse(
        costs in sets(), front in sets(), position in 0_usize..9, cost in 0_usize..5,
    ) {
        let n_costs = costs[0].len();
        let front: Vec<_> = front
            .into_iter()
            .map(|z| z.into_iter().cycle().take(n_costs).collect::<Vec<_>>())
            .collect();
        let mut better = costs.clone();
        better[position % costs.len()][cost % n_costs] -= 1.0;
        prop_assert!(volume(&better, 4.0) >= volume(&costs, 4.0));
        let [before, after] = [&costs, &better].map(|set| igd_plus(set, &front).unwrap());
        prop_assert!(after <= before);
        let [before, after] = [&costs, &better].map(|set| additive_epsilon(set, &front).unwrap());
        prop_assert!(after <= before);
    }

    #[test]
    fn a_front_is_no_distance_from_itself(costs in sets()) {
        prop_assert_eq!(igd_plus(&costs, &costs), Ok(0.0));
        let lowered: Vec<Vec<f64>> =
            costs.iter().map(|costs| costs.iter().map(|cost| cost - 1.0).collect()).collect();
        prop_assert_eq!(igd_plus(&lowered, &costs), Ok(0.0));
        prop_assert!(additive_epsilon(&lowered, &costs).unwrap() <= -1.0);
    }
}
