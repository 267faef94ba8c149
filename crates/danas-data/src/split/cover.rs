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
    let with = |class: usize| (0..units.len()).filter(|&it| units[it].has(class)).collect();
    let with_class: Vec<Vec<usize>> = (0..classes).map(with).collect();
    let mut search = Search {
        units,
        parts: (0..open.len()).filter(|&part| open[part]).collect(),
        preference,
        free: with_class.iter().map(Vec::len).collect(),
        with_class,
        chosen: vec![None; units.len()],
        chosen_with: vec![vec![0; classes]; open.len()],
        tries: 0,
    };
    search.complete().then_some(search.chosen)
}

/// A requirement: a class that a part lacks.
struct Level {
    part: usize,
    /// Units that have the class and were not tried yet.
    free: std::vec::IntoIter<usize>,
    /// The unit that is chosen for the part.
    unit: Option<usize>,
}

struct Search<'a, P> {
    units: &'a [Unit],
    parts: Vec<usize>,
    preference: P,
    /// The units that have each class.
    with_class: Vec<Vec<usize>>,
    /// The part of each unit.
    chosen: Vec<Option<usize>>,
    /// For each class, the number of its units that are not chosen.
    free: Vec<usize>,
    /// For each part and class, the number of the class's units that are chosen for the part.
    chosen_with: Vec<Vec<usize>>,
    tries: usize,
}

impl<P: Fn(&Unit, usize) -> f64> Search<'_, P> {
    /// Completes the choice. Returns whether that is possible.
    fn complete(&mut self) -> bool {
        let mut levels: Vec<Level> = Vec::new();
        while let Some((spare, class, part)) = self.hardest() {
            let free = if spare < 0 { Vec::new() } else { self.candidates(class, part) };
            levels.push(Level { part, free: free.into_iter(), unit: None });
            // Goes on with the last requirement that another unit can meet.
            loop {
                let Some(level) = levels.last_mut() else { return false };
                if let Some(unit) = level.unit.take() {
                    self.undo(unit, level.part);
                }
                level.unit = level.free.next();
                match level.unit {
                    Some(unit) => {
                        self.choose(unit, level.part);
                        break;
                    }
                    None => drop(levels.pop()),
                }
            }
            self.tries += 1;
            if self.tries > MOST_TRIES {
                return false;
            }
        }
        true
    }

    /// Returns the free units that give a class to a part, the preferred ones first.
    fn candidates(&self, class: usize, part: usize) -> Vec<usize> {
        let units = self.with_class[class].iter().copied();
        let mut free: Vec<usize> = units.filter(|&unit| self.chosen[unit].is_none()).collect();
        let preference = |unit: &usize| (self.preference)(&self.units[*unit], part);
        free.sort_by(|a, b| preference(a).total_cmp(&preference(b)));
        free
    }

    /// Returns a class and a part without it, after the number of free units that the class has in
    /// addition to those that the parts without it need. No other class has fewer.
    fn hardest(&self) -> Option<(isize, usize, usize)> {
        let open = (0..self.free.len()).filter_map(|class| {
            let lacking = self.parts.iter().filter(|&&part| self.chosen_with[part][class] == 0);
            let part = *lacking.clone().next_back()?;
            Some((self.free[class] as isize - lacking.count() as isize, class, part))
        });
        open.min()
    }

    fn choose(&mut self, unit: usize, part: usize) {
        let units = self.units;
        self.chosen[unit] = Some(part);
        for class in units[unit].present() {
            self.free[class] -= 1;
            self.chosen_with[part][class] += 1;
        }
    }

    fn undo(&mut self, unit: usize, part: usize) {
        let units = self.units;
        self.chosen[unit] = None;
        for class in units[unit].present() {
            self.free[class] += 1;
            self.chosen_with[part][class] -= 1;
        }
    }
}
