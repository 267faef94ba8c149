//! The figure of the front: accuracy over size.

use std::{error::Error, path::Path};

use danas::{Quantity, Report};
use plotters::prelude::*;

const EVALUATED: RGBColor = RGBColor(170, 170, 170);
const VALIDATION: RGBColor = RGBColor(31, 119, 180);
const TEST: RGBColor = RGBColor(214, 39, 40);

/// Draws every evaluation and the front, on the validation and the test part, into an SVG file.
pub(crate) fn draw<G>(path: &Path, report: &Report<G>) -> Result<(), Box<dyn Error>> {
    let point = |accuracy: f64, bytes: f64| (bytes.max(1.0), 100.0 * accuracy);
    let evaluated: Vec<(f64, f64)> = report
        .outcome
        .records
        .iter()
        .filter(|record| record.verdict.is_feasible())
        .filter_map(|record| record.verdict.detail())
        .filter_map(|it| Some(point(it.quality.accuracy, it.value(Quantity::TotalSize)?)))
        .collect();
    let mut validation = Vec::new();
    let mut test = Vec::new();
    for member in &report.front {
        let Some(assessment) = member.assessment() else { continue };
        let Some(bytes) = assessment.value(Quantity::TotalSize) else { continue };
        validation.push(point(assessment.quality.accuracy, bytes));
        if let Some(spread) = member.test(Quantity::Accuracy) {
            let (below, above) = (spread.mean - spread.deviation, spread.mean + spread.deviation);
            test.push((
                bytes,
                point(below, bytes).1,
                point(spread.mean, bytes).1,
                point(above, bytes).1,
            ));
        }
    }
    validation.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sizes = || evaluated.iter().map(|&(bytes, _)| bytes);
    // The axes of a search without feasible candidates need some range, too.
    let least = sizes().reduce(f64::min).unwrap_or(1e3);
    let most = sizes().reduce(f64::max).unwrap_or(1e6);

    let root = SVGBackend::new(path, (800, 500)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d((least * 0.8..most * 1.25).log_scale(), 0.0..100.0)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc("model and input buffer, kB")
        .y_desc("accuracy, %")
        .x_labels(6)
        .x_label_formatter(&|bytes| format!("{:.0}", bytes / 1000.0))
        .y_label_formatter(&|accuracy| format!("{accuracy:.0}"))
        .draw()?;
    let dot = |&point: &(f64, f64)| Circle::new(point, 2, EVALUATED.filled());
    chart
        .draw_series(evaluated.iter().map(dot))?
        .label("evaluated, validation")
        .legend(|(x, y)| Circle::new((x + 8, y), 2, EVALUATED.filled()));
    chart
        .draw_series(LineSeries::new(validation, VALIDATION.stroke_width(2)).point_size(4))?
        .label("Pareto front, validation")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], VALIDATION.stroke_width(2)));
    let bar = |&(bytes, below, mean, above): &(f64, f64, f64, f64)| {
        ErrorBar::new_vertical(bytes, below, mean, above, TEST.filled(), 6)
    };
    chart
        .draw_series(test.iter().map(bar))?
        .label("Pareto front, test: mean ± deviation")
        .legend(|(x, y)| Circle::new((x + 8, y), 4, TEST.filled()));
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .border_style(EVALUATED)
        .draw()?;
    root.present()?;
    Ok(())
}
