//! The search for units that give every class to every part.

use super::Unit;

/// Maximum number of units that the search tries before it gives up.
const MOST_TRIES: usize = 200_000;

/// Chooses a part for as few units as necessary, so that every class is in every part that is
/// `open`. Returns the part of each unit, or `None` for units that may go anywhere. Returns `None`
/// altogether if there is no such choice, or if none was found after many tries.
///
/// The search tries the requirement that the fewest units can meet first, and returns to earlier
/// choices if one can no longer be met. `preference` orders the units that can meet a requirement of
/// a part: smaller values are tried first.
pub(super) fn cover(
    units: &[Unit],
    open: &[bool],
    classes: usize,
    preference: impl Fn(&Unit, usize) -> f64,
) -> Option<Vec<Option<usize>>> {
    let parts: Vec<usize> = (0..open.len()).filter(|&part| open[part]).collect();
    let mut search = Search { units, parts, classes, preference, tries: 0 };
    let mut chosen = vec![None; units.len()];
    search.complete(&mut chosen).then_some(chosen)
}

struct Search<'a, P> {
    units: &'a [Unit],
    parts: Vec<usize>,
    classes: usize,
    preference: P,
    tries: usize,
}

impl<P: Fn(&Unit, usize) -> f64> Search<'_, P> {
    /// Completes a choice. Returns whether that is possible; if not, the choice is unchanged.
    fn complete(&mut self, chosen: &mut Vec<Option<usize>>) -> bool {
        let Some((class, part)) = self.hardest(chosen) else { return true };
        let is_free = |unit: &usize| chosen[*unit].is_none() && self.units[*unit].has(class);
        let mut free: Vec<usize> = (0..self.units.len()).filter(is_free).collect();
        let preference = |unit: &usize| (self.preference)(&self.units[*unit], part);
        free.sort_by(|a, b| preference(a).total_cmp(&preference(b)));
        for unit in free {
            self.tries += 1;
            if self.tries > MOST_TRIES {
                return false;
            }
            chosen[unit] = Some(part);
            if self.complete(chosen) {
                return true;
            }
            chosen[unit] = None;
        }
        false
    }

    /// Returns a class and a part without it. Of all such pairs, it is one whose class has the
    /// fewest free units for each part that lacks it.
    fn hardest(&self, chosen: &[Option<usize>]) -> Option<(usize, usize)> {
        let with = |class: usize, part: Option<usize>| {
            let units = self.units.iter().zip(chosen);
            units.filter(|(unit, chosen)| **chosen == part && unit.has(class)).count()
        };
        let open = (0..self.classes).filter_map(|class| {
            let lack = |part: &&usize| with(class, Some(**part)) == 0;
            let lacking: Vec<&usize> = self.parts.iter().filter(lack).collect();
            let spare = with(class, None) as f64 - lacking.len() as f64;
            lacking.last().map(|&&part| (spare, class, part))
        });
        let hardest = open.min_by(|(a, ..), (b, ..)| a.total_cmp(b));
        hardest.map(|(_, class, part)| (class, part))
    }
}
