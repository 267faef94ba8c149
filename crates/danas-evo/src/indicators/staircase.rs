//! The union of rectangles that share a corner.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The union of rectangles from the origin to (*x*, *y*), as steps whose heights fall with their
/// widths.
#[derive(Debug, Default)]
pub(super) struct Staircase {
    steps: BTreeMap<Width, f64>,
}

/// A finite width. It is never NaN, so widths have an order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Width(f64);

impl Eq for Width {}

impl Ord for Width {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Width {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Staircase {
    /// Adds the rectangle to (`width`, `height`) and returns the area that it adds to the union.
    /// Takes O(log *n*) amortised time.
    pub(super) fn add(&mut self, width: f64, height: f64) -> f64 {
        let wider = self.steps.range(Width(width)..).next();
        let mut level = wider.map_or(0.0, |(_, height)| *height);
        if level >= height {
            return 0.0;
        }
        // Moves left over the steps that the rectangle covers. The new area lies above each of
        // them.
        let mut area = 0.0;
        let mut right = width;
        while let Some((&step, &step_height)) = self.steps.range(..=Width(width)).next_back() {
            area += (right - step.0) * (height - level);
            (right, level) = (step.0, step_height);
            if level > height {
                break;
            }
            self.steps.remove(&step);
        }
        if level < height {
            area += right * (height - level);
        }
        self.steps.insert(Width(width), height);
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_covered_is_added() {
        let mut staircase = Staircase::default();
        let rectangles = [(2.0, 2.0), (1.0, 1.0), (2.0, 2.0), (1.0, 3.0), (3.0, 1.0), (3.0, 3.0)];
        let areas = rectangles.map(|(width, height)| staircase.add(width, height));
        assert_eq!(areas, [4.0, 0.0, 0.0, 1.0, 1.0, 3.0]);
        assert_eq!(staircase.steps.len(), 1);
    }
}
