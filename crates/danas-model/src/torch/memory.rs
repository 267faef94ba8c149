//! Estimates the memory that a training needs, from shapes alone.
//!
//! libtorch promises nothing about its buffers. The estimate follows what it does on a CPU, and a
//! test compares it with the memory that processes really take (`tests/torch_memory.rs`).

use danas_space::{Conv2d, Layer, Network, Normalisation, Pool, PoolKind, Shape, ShapedLayer};

use super::{features::CHUNK, predict::batch_size};
use crate::{
    config::{Keep, Optimizer},
    count::{Count, FLOAT, count, elements},
    engine::Workload,
};

/// Bytes of libtorch itself, from the first operation on, and of small things.
const LIBRARY: Count = count(32 << 20);

/// Bytes from which a buffer counts as large: the allocator gives it back as soon as it is freed,
/// and may keep smaller ones. This is glibc's highest threshold.
const SMALL: Count = count(32 << 20);

/// Most bytes of freed small buffers that the allocator keeps.
const KEPT: Count = count(128 << 20);

/// Divisor of the estimate that gives the margin for everything it misses: one sixteenth.
const MARGIN: Count = count(16);

/// Number of channels in a block. Convolutions are computed on blocks, so fewer channels need as
/// much memory.
const CHANNELS: usize = 16;

/// Most input channels with which the first convolution has blocks of its input or of its output,
/// but not of both.
const FEW_CHANNELS: usize = 3;

/// Returns the bytes at the peak of a training on the CPU.
pub(super) fn peak(workload: &Workload<'_>) -> u64 {
    let Workload { network, config, examples, validation, versions } = *workload;
    let input = elements(network.input());
    let features = (count(examples) + count(validation)) * input * FLOAT;
    // If examples are altered: once more, and the copies of a batch, with the other example of a
    // mixture.
    let altered = if versions == 0 && config.augmentation.is_none() {
        count(0)
    } else {
        let batch = count(config.batch_size.min(examples)) + count(1);
        // Versions are in memory twice while they are copied.
        let all = count(examples) * (count(1) + count(2) * count(versions));
        (all + count(2) * batch) * input * FLOAT
    };
    // Features during their upload, scaled and reordered.
    let chunk = count(3) * FLOAT * input.max(count(CHUNK));
    // The trained weights, the gradient twice, and the optimizer's state.
    let states = match config.optimizer {
        // Also which weights decay, and by how much.
        Optimizer::Adam(adam) if adam.weight_decay > 0.0 => 8,
        Optimizer::Adam(_) => 6,
        Optimizer::Sgd(_) => 4,
    };
    // The average, and a copy of the weights while it takes their place.
    let states = if config.weight_average.is_some() { states + 2 } else { states };
    // The weights during their download, and the best ones if they are kept.
    let copies = match config.keep {
        Keep::Last => 1,
        Keep::Best => 2,
    };
    let values = network.weights().into_iter().map(|spec| count(spec.values()));
    let weights = values.fold(count(0), |sum, values| sum + values);
    let weights = count(states + copies) * weights * FLOAT;
    // The examples judged after each epoch. Without validation samples, training samples may be
    // judged, to notice a network that does not tell the classes apart.
    let judged = match (validation, config.constant_epochs) {
        (0, None) => 0,
        (0, Some(_)) => examples,
        _ => validation,
    };
    let logits = count(3) * FLOAT * count(network.classes()) * count(judged);
    let order = count(4 * size_of::<i64>()) * count(examples);
    let step = step(network, config.head_dropout, config.batch_size.min(examples));
    let prediction = prediction(network, batch_size(network).min(judged));
    let parts = [features, altered, chunk, weights, logits, order, step.max(prediction), LIBRARY];
    let foreseen = parts.into_iter().fold(count(0), |sum, part| sum + part);
    (foreseen + foreseen / MARGIN).0
}

/// Returns the bytes of a step at its peak: what all layers keep for the backward pass, and what
/// one layer needs in it.
fn step(network: &Network, head_dropout: f64, batch: usize) -> Count {
    let mut kept = Buffers::of(batch, &[elements(network.input())]);
    let mut most = count(0);
    let mut layers: Vec<_> = network.layers().iter().enumerate().map(Pass::of).collect();
    if head_dropout > 0.0 {
        let last = network.layers().last();
        let read = elements(last.map_or(network.input(), |it| it.output));
        // The output of another dropout is already in the order that is needed.
        let is_ordered = last.is_some_and(|it| matches!(it.layer, Layer::Dropout(_)));
        let pass = if is_ordered { Pass::plain(read, vec![read; 2]) } else { Pass::dropout(read) };
        layers.push(pass);
    }
    for layer in &layers {
        kept = kept.and(Buffers::of(batch, &layer.kept));
    }
    for layer in &layers {
        for back in [&layer.activation, &layer.products] {
            most = most.max(kept.and(Buffers::of(batch, back)).bytes());
        }
    }
    most.max(kept.bytes())
}

/// Returns the bytes of a prediction at its peak, which is at its largest layer.
fn prediction(network: &Network, batch: usize) -> Count {
    let layers = network.layers().iter().enumerate().map(|(index, shaped)| {
        let Pass { kept, blocked, .. } = Pass::of((index, shaped));
        let input = Buffers::of(batch, &[elements(shaped.input)]);
        input.and(Buffers::of(batch, &kept)).and(Buffers::of(batch, &blocked)).bytes()
    });
    // The network may have no layers.
    let input = Buffers::of(batch, &[elements(network.input())]).bytes();
    layers.fold(input, Count::max)
}

/// Bytes of buffers that exist at the same time.
#[derive(Debug, Clone, Copy)]
struct Buffers {
    all: Count,
    /// Bytes of the small ones.
    small: Count,
}

impl Buffers {
    /// Returns the bytes of buffers that hold these numbers of values for each example.
    fn of(batch: usize, values: &[Count]) -> Self {
        let sizes = values.iter().map(|&values| count(batch) * values * FLOAT);
        sizes.fold(Self { all: count(0), small: count(0) }, |sum, size| {
            let small = if size < SMALL { size } else { count(0) };
            sum.and(Self { all: size, small })
        })
    }

    fn and(self, other: Self) -> Self {
        Self { all: self.all + other.all, small: self.small + other.small }
    }

    /// Returns all bytes, with those that the allocator keeps of earlier buffers.
    fn bytes(self) -> Count {
        self.all + self.small.min(KEPT)
    }
}

/// Sizes of a layer's buffers, in values for each example.
#[derive(Debug)]
struct Pass {
    /// Buffers that are kept from the forward pass until the backward pass.
    kept: Vec<Count>,
    /// Maps in blocks of channels, as convolutions read and write them.
    blocked: Vec<Count>,
    /// Buffers of the backward pass through the activation.
    activation: Vec<Count>,
    /// Buffers of the rest of the backward pass. The gradient of the outputs takes the outputs'
    /// place.
    products: Vec<Count>,
}

impl Pass {
    fn of((index, &ShapedLayer { layer, input, output }): (usize, &ShapedLayer)) -> Self {
        let (before, behind) = (elements(input), elements(output));
        let (convolution, between) = match layer {
            Layer::Conv2d(conv) => (conv, None),
            Layer::Separable(conv) => (conv, Some(Shape { channels: input.channels, ..output })),
            Layer::Pool(Pool { kind: PoolKind::Average, .. }) | Layer::GlobalAverage => {
                return Self::plain(before, vec![behind]);
            }
            // The indices of the largest values have 64 bits, twice as many.
            Layer::Pool(Pool { kind: PoolKind::Max, .. }) => {
                return Self::plain(before, vec![behind, count(2) * behind]);
            }
            Layer::Dropout(_) => return Self::dropout(behind),
        };
        let blocked = match between {
            Some(between) => {
                vec![blocked(between), blocked(input).max(blocked(output))]
            }
            None if index == 0 && input.channels <= FEW_CHANNELS => {
                vec![blocked(input).max(blocked(output))]
            }
            None => vec![blocked(input), blocked(output)],
        };
        let mut kept = vec![padded(&convolution, input), behind];
        kept.extend(between.map(elements));
        if convolution.normalisation == Normalisation::Batch {
            kept.push(behind);
        }
        // The gradient of the network's input is not needed, but that of the depthwise outputs is.
        let gradient = if index == 0 { count(0) } else { before };
        let mut products = vec![gradient.max(between.map_or(count(0), elements))];
        products.extend(&blocked);
        Self { kept, blocked, activation: vec![behind; 2], products }
    }

    /// Returns the buffers of a dropout: the factors, the products, and the products once more in
    /// the order that the next layer reads.
    fn dropout(values: Count) -> Self {
        Self::plain(values, vec![values; 3])
    }

    /// Returns the buffers of a layer without a convolution. Its backward pass needs the gradients
    /// of its input and of its output.
    fn plain(before: Count, kept: Vec<Count>) -> Self {
        let products = vec![before, kept[0]];
        Self { kept, blocked: Vec::new(), activation: Vec::new(), products }
    }
}

/// Returns the number of values in the padded copy that a convolution makes of its input; 0 if it
/// makes none.
fn padded(conv: &Conv2d, input: Shape) -> Count {
    let margins = conv.margins(input);
    if (margins.top, margins.left) == (margins.bottom, margins.right) {
        return count(0);
    }
    let height = count(input.height) + count(margins.top) + count(margins.bottom);
    let width = count(input.width) + count(margins.left) + count(margins.right);
    height * width * count(input.channels)
}

/// Returns the number of values in maps that are stored in blocks of channels.
fn blocked(shape: Shape) -> Count {
    let blocks = count(shape.channels.div_ceil(CHANNELS));
    elements(Shape { channels: CHANNELS, ..shape }) * blocks
}
