//! Cost vectors of a growing Pareto front, grouped so that few of them have to be compared.

use crate::dominance::dominates;

/// Maximum number of vectors in a group before it is split.
const GROUP_SIZE: usize = 32;

/// Cost vectors, each with a key, none of which dominates another.
///
/// Nearby vectors form a group that knows its bounds. A new vector is compared only with the groups
/// whose bounds allow that a member dominates it or is dominated by it. This is an ND-tree with a
/// single level.
///
/// # References
/// A. Jaszkiewicz and T. Lust (2018). ND-Tree-based update: a fast algorithm for the dynamic
/// nondominance problem. <https://doi.org/10.1109/TEVC.2018.2799684>
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Front {
    groups: Vec<Group>,
    /// Bounds of all vectors that were ever inserted, which scale the distances.
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

/// The smallest and the largest value of each cost.
#[derive(Debug, Clone, PartialEq)]
struct Bounds {
    least: Vec<f64>,
    largest: Vec<f64>,
}

impl Front {
    /// Inserts the vector unless another one dominates it, and removes the vectors that it
    /// dominates. Returns their keys, or `None` if the vector was not inserted.
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

    /// Returns the smallest key among the vectors that dominate `costs`.
    pub(crate) fn dominating(&self, costs: &[f64]) -> Option<usize> {
        let groups = self.groups.iter().filter(|group| group.may_dominate(costs));
        let members = groups.flat_map(|group| &group.members);
        members.filter(|member| dominates(&member.costs, costs)).map(|member| member.key).min()
    }

    /// Returns all vectors.
    pub(crate) fn costs(&self) -> impl Iterator<Item = &[f64]> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.map(|member| member.costs.as_slice())
    }

    /// Returns how many vectors are equal to `costs`.
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

    /// Returns whether the bounds allow that a member equals or dominates `costs`.
    fn may_dominate(&self, costs: &[f64]) -> bool {
        nowhere_larger(&self.bounds.least, costs)
    }

    fn dominates(&self, costs: &[f64]) -> bool {
        self.may_dominate(costs)
            && self.members.iter().any(|member| dominates(&member.costs, costs))
    }

    /// Removes the members that `costs` dominate, and adds their keys to `dropped`. Returns whether
    /// any members are left.
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

    /// Splits the group in half along its widest cost, on the scale of `whole`. Returns the upper
    /// half, or `None` if all members are equal.
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

    /// Returns the distance of `costs` from the bounds, on the scale of `whole`; 0 within the
    /// bounds.
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

/// Returns whether no cost of `left` is larger than the same cost of `right`.
fn nowhere_larger(left: &[f64], right: &[f64]) -> bool {
    left.iter().zip(right).all(|(l, r)| l <= r)
}
