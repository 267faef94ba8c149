//! Cost vectors of a growing Pareto front, grouped so that few of them have to be compared.

use crate::dominates;

/// Vectors in a group before it is split.
const GROUP_SIZE: usize = 32;

/// Cost vectors none of which dominates another, each with a key.
///
/// Neighbours are kept in a group with its bounds: a newcomer is compared with the members of the
/// few groups whose bounds allow one of them to dominate it, or to be dominated (an ND-tree of one
/// level).
///
/// # References
/// A. Jaszkiewicz and T. Lust (2018). ND-Tree-based update: a fast algorithm for the dynamic
/// nondominance problem. <https://doi.org/10.1109/TEVC.2018.2799684>
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Front {
    groups: Vec<Group>,
    /// Of all vectors there ever were: the scale of distances.
    bounds: Option<Bounds>,
}

#[derive(Debug, Clone, PartialEq)]
struct Group {
    bounds: Bounds,
    members: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    key: usize,
    costs: Vec<f64>,
}

/// The least and the largest value of each cost.
#[derive(Debug, Clone, PartialEq)]
struct Bounds {
    least: Vec<f64>,
    largest: Vec<f64>,
}

impl Front {
    /// Takes the vector in, unless one dominates it; returns the keys of those it dominates, which
    /// are dropped. `None` if it did not come in.
    pub(crate) fn insert(&mut self, key: usize, costs: Vec<f64>) -> Option<Vec<usize>> {
        if self.groups.iter().any(|group| group.dominates(&costs)) {
            return None;
        }
        let mut dropped = Vec::new();
        self.groups.retain_mut(|group| group.drop_dominated(&costs, &mut dropped));

        let bounds = self.bounds.get_or_insert_with(|| Bounds::of(&costs));
        bounds.include(&costs);
        let groups = self.groups.iter_mut();
        let distances = groups.map(|group| (group.bounds.distance(&costs, bounds), group));
        let nearest = distances.min_by(|(l, _), (r, _)| l.total_cmp(r));
        match nearest {
            None => self.groups.push(Group::new(vec![Member { key, costs }])),
            Some((_, group)) => {
                group.bounds.include(&costs);
                group.members.push(Member { key, costs });
                if group.members.len() > GROUP_SIZE {
                    let half = group.split(bounds);
                    self.groups.extend(half);
                }
            }
        }
        Some(dropped)
    }

    /// The least key of those whose vectors dominate this one.
    pub(crate) fn dominating(&self, costs: &[f64]) -> Option<usize> {
        let groups = self.groups.iter().filter(|group| group.may_dominate(costs));
        let members = groups.flat_map(|group| &group.members);
        members.filter(|member| dominates(&member.costs, costs)).map(|member| member.key).min()
    }

    /// The vectors.
    pub(crate) fn costs(&self) -> impl Iterator<Item = &[f64]> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.map(|member| member.costs.as_slice())
    }

    /// How often this very vector is there.
    pub(crate) fn count(&self, costs: &[f64]) -> usize {
        let groups = self.groups.iter().filter(|group| group.may_dominate(costs));
        groups.flat_map(|group| &group.members).filter(|member| member.costs == costs).count()
    }
}

impl Group {
    fn new(members: Vec<Member>) -> Self {
        let mut bounds = Bounds::of(&members[0].costs);
        members.iter().for_each(|member| bounds.include(&member.costs));
        Self { bounds, members }
    }

    /// Whether the bounds allow that a member equals or dominates `costs`.
    fn may_dominate(&self, costs: &[f64]) -> bool {
        nowhere_larger(&self.bounds.least, costs)
    }

    fn dominates(&self, costs: &[f64]) -> bool {
        self.may_dominate(costs)
            && self.members.iter().any(|member| dominates(&member.costs, costs))
    }

    /// Drops the members that `costs` dominate; returns whether any are left.
    fn drop_dominated(&mut self, costs: &[f64], dropped: &mut Vec<usize>) -> bool {
        if nowhere_larger(costs, &self.bounds.largest) {
            let before = dropped.len();
            self.members.retain(|member| {
                let stays = !dominates(costs, &member.costs);
                if !stays {
                    dropped.push(member.key);
                }
                stays
            });
            if dropped.len() > before && !self.members.is_empty() {
                *self = Self::new(std::mem::take(&mut self.members));
            }
        }
        !self.members.is_empty()
    }

    /// Halves the group where it is the widest, on the scale of `whole`; `None` if all of its members
    /// are equal.
    fn split(&mut self, whole: &Bounds) -> Option<Self> {
        let widths = self.bounds.widths().zip(whole.widths());
        let relative = widths.map(|(width, scale)| if scale > 0.0 { width / scale } else { 0.0 });
        let (cost, width) = relative.enumerate().max_by(|(_, l), (_, r)| l.total_cmp(r))?;
        if width == 0.0 {
            return None;
        }
        let half = self.members.len() / 2;
        self.members.select_nth_unstable_by(half, |l, r| l.costs[cost].total_cmp(&r.costs[cost]));
        let upper = Self::new(self.members.split_off(half));
        *self = Self::new(std::mem::take(&mut self.members));
        Some(upper)
    }
}

impl Bounds {
    fn of(costs: &[f64]) -> Self {
        Self { least: costs.to_vec(), largest: costs.to_vec() }
    }

    fn include(&mut self, costs: &[f64]) {
        for ((least, largest), cost) in self.least.iter_mut().zip(&mut self.largest).zip(costs) {
            *least = least.min(*cost);
            *largest = largest.max(*cost);
        }
    }

    fn widths(&self) -> impl Iterator<Item = f64> {
        self.least.iter().zip(&self.largest).map(|(least, largest)| largest - least)
    }

    /// How far `costs` lie outside, on the scale of `whole`.
    fn distance(&self, costs: &[f64], whole: &Self) -> f64 {
        let mut sum = 0.0;
        for (((least, largest), cost), scale) in
            self.least.iter().zip(&self.largest).zip(costs).zip(whole.widths())
        {
            let overhang = (least - cost).max(cost - largest);
            if overhang > 0.0 {
                sum += overhang / scale;
            }
        }
        sum
    }
}

/// Whether no cost of `left` is larger than that of `right`.
fn nowhere_larger(left: &[f64], right: &[f64]) -> bool {
    left.iter().zip(right).all(|(l, r)| l <= r)
}
