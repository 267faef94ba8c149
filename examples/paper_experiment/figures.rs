//! The paper's Figures 3 and 4, and figures of the growing hypervolume.

use std::{error::Error, path::Path};

use danas::Quantity;
use plotters::{coord::CoordTranslate, prelude::*};

use crate::{
    course::Course,
    experiment::{Experiment, Run},
};

/// Colours of the searches of an experiment. Further searches start again from the first colour.
const COLOURS: [RGBColor; 5] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 39, 40),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(255, 127, 14),
];

/// Draws the fronts of an experiment, with one colour for each search: accuracy on the test part
/// over the size of the model.
pub(crate) fn fronts(
    path: &Path,
    runs: &[Run],
    experiment: Experiment,
) -> Result<(), Box<dyn Error>> {
    let points = |run: &Run| -> Vec<(f64, f64)> {
        let points = run.report.front.iter().filter_map(|member| {
            let bytes = member.assessment()?.value(Quantity::ModelSize)?;
            Some((bytes / 1000.0, 100.0 * member.test(Quantity::Accuracy)?.mean))
        });
        points.collect()
    };
    let runs: Vec<_> = runs.iter().filter(|run| run.experiment == experiment).collect();
    let all: Vec<_> = runs.iter().flat_map(|run| points(run)).collect();
    let least = all.iter().map(|point| point.0).fold(f64::INFINITY, f64::min).min(1e6);
    let most = all.iter().map(|point| point.0).fold(1.0, f64::max);

    let root = SVGBackend::new(path, (640, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .caption(format!("{} searches", experiment.name()), ("sans-serif", 18))
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d((least * 0.8..most * 1.25).log_scale(), 0.0..102.0)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc("model, kB")
        .y_desc("test accuracy, %")
        .x_labels(6)
        .draw()?;
    for (run, colour) in runs.iter().zip(COLOURS.into_iter().cycle()) {
        let dot = move |point| Circle::new(point, 4, colour.mix(0.8).filled());
        chart
            .draw_series(points(run).into_iter().map(dot))?
            .label(format!("seed {}", run.seed))
            .legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
    }
    legend(&mut chart)?;
    root.present()?;
    Ok(())
}

/// Draws the growing hypervolume of every search, with one colour for each experiment.
pub(crate) fn growth(
    path: &Path,
    runs: &[Run],
    over: &str,
    of: impl Fn(&Course) -> &[(f64, f64)],
    end: impl Fn(&Run) -> f64,
) -> Result<(), Box<dyn Error>> {
    let most = runs.iter().map(&end).fold(1.0, f64::max);
    let root = SVGBackend::new(path, (640, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..most, 0.0..1.0)?;
    chart.configure_mesh().light_line_style(WHITE).x_desc(over).y_desc("hypervolume").draw()?;
    for (experiment, colour) in Experiment::ALL.into_iter().zip(COLOURS) {
        for (index, run) in runs.iter().filter(|run| run.experiment == experiment).enumerate() {
            let line = LineSeries::new(steps(of(&run.course), end(run)), colour.stroke_width(2));
            let series = chart.draw_series(line)?;
            if index == 0 {
                series.label(experiment.name()).legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2))
                });
            }
        }
    }
    legend(&mut chart)?;
    root.present()?;
    Ok(())
}

/// Draws the legend of a figure.
fn legend<'a, 'path: 'a, C: CoordTranslate>(
    chart: &mut ChartContext<'a, SVGBackend<'path>, C>,
) -> Result<(), Box<dyn Error>> {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    Ok(())
}

/// Returns the corners of a line that holds each value until the next one, and the last value until
/// `end`.
fn steps(points: &[(f64, f64)], end: f64) -> Vec<(f64, f64)> {
    let mut corners = Vec::new();
    for &(x, y) in points {
        if let Some(&(_, before)) = corners.last() {
            corners.push((x, before));
        }
        corners.push((x, y));
    }
    corners.extend(points.last().map(|&(_, last)| (end, last)));
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_hold_until_the_next() {
        let corners = steps(&[(0.0, 0.0), (2.0, 0.5), (3.0, 0.7)], 5.0);
        let expected = [(0.0, 0.0), (2.0, 0.0), (2.0, 0.5), (3.0, 0.5), (3.0, 0.7), (5.0, 0.7)];
        assert_eq!(corners, expected);
    }
}
