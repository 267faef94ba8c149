//! TensorFlow Lite Micro's reference kernels.
//!
//! Sources: `conv.h`, `depthwise_conv.h`, `fully_connected.h`, `pooling.h`, `reduce.h`, `logistic.h` and
//! `softmax.h` in `tensorflow/lite/kernels/internal/reference` and its folder `integer_ops`.

use super::table::{Table, sum};
use crate::{operator::OperatorCost, operator_kind::OperatorKind, sweep::Sweep};

/// Returns the instructions of an operator.
///
/// Convolutions visit each place of the window for each value of the output, and skip places outside
/// the input one by one.
pub(super) fn operator(operator: &OperatorCost, table: &Table) -> f64 {
    let sweep = operator.sweep();
    let Sweep { input, outputs, .. } = sweep;
    let (values, inputs) = (sweep.values(), input.channels);
    let inside = sweep.inside() * outputs;
    let places = values * sweep.area();
    let rows = values * sweep.window.size.height as usize;
    match operator.kind {
        OperatorKind::Conv2d => {
            sum(table.convolution, [inside * inputs, inside, places, rows, values, 1])
        }
        OperatorKind::DepthwiseConv2d => sum(table.depthwise, [inside, places, rows, values, 1]),
        OperatorKind::FullyConnected => sum(table.dense, [inputs * outputs, outputs, 1]),
        OperatorKind::MaxPool2d => sum(table.max_pool, [places, rows, values, 1]),
        OperatorKind::AveragePool2d => sum(table.average_pool, [places, rows, values, 1]),
        OperatorKind::Mean => {
            let read = input.height * input.width * inputs;
            sum(table.mean, [read, outputs, 1])
        }
        OperatorKind::Logistic => sum(table.sigmoid, [values, 1]),
        OperatorKind::Softmax => sum(table.softmax, [values, 1]),
        OperatorKind::Reshape => sum(table.reshape, [values, 1]),
        OperatorKind::Shape => sum(table.shape, [1, 0, 0]),
        OperatorKind::StridedSlice => sum(table.shape, [0, 1, 0]),
        OperatorKind::Pack => sum(table.shape, [0, 0, 1]),
    }
}
