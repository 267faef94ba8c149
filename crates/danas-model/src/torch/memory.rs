//! What a training takes in memory, from shapes.
//!
//! libtorch promises nothing of its buffers. This follows what it does on a CPU, and is held against what
//! processes really take (`tests/torch_memory.rs`).

use danas_space::{Conv2d, Layer, Network, Normalisation, Pool, PoolKind, Shape, ShapedLayer};

use super::{features::CHUNK, predict::batch_size};
use crate::{
    Keep, Optimizer, Workload,
    count::{Count, FLOAT, count, elements},
};

/// Of libtorch itself, from the first operation on, and small things.
const LIBRARY: Count = count(32 << 20);

/// The allocator gives larger buffers back at once, and may keep what was freed of others: the most that
/// glibc's takes for small.
const SMALL: Count = count(32 << 20);

/// The most that it keeps of small buffers.
const KEPT: Count = count(128 << 20);

/// The part of what is foreseen that is added for what is not.
const MARGIN: Count = count(16);

/// Convolutions are computed on blocks of so many channels: fewer take as much.
const CHANNELS: usize = 16;

/// An input of at most so many channels is read as it is, or else the output is written so.
const FEW_CHANNELS: usize = 3;

/// Bytes at the peak of a training on the CPU.
pub(super) fn peak(workload: &Workload<'_>) -> u64 {
    let Workload { network, config, examples, validation, versions } = *workload;
    let input = elements(network.input());
    let features = (count(examples) + count(validation)) * input * FLOAT;
    // Once more where they are altered, and the copies of a batch, with the other one of a mixture.
    let altered = if versions == 0 && config.augmentation.is_none() {
        count(0)
    } else {
        let batch = count(config.batch_size.min(examples)) + count(1);
        // Versions are there twice while they are taken over.
        let all = count(examples) * (count(1) + count(2) * count(versions));
        (all + count(2) * batch) * input * FLOAT
    };
    // On their way, scaled and reordered.
    let chunk = count(3) * FLOAT * input.max(count(CHUNK));
    // Those that are trained, the gradient twice, and what the optimizer remembers.
    let states = match config.optimizer {
        // What decays, and by how much.
        Optimizer::Adam(adam) if adam.weight_decay > 0.0 => 8,
        Optimizer::Adam(_) => 6,
        Optimizer::Sgd(_) => 4,
    };
    // The average, and the weights while it stands in their place.
    let states = if config.weight_average.is_some() { states + 2 } else { states };
    // On their way out, and the best ones besides.
    let copies = match config.keep {
        Keep::Last => 1,
        Keep::Best => 2,
    };
    let values = network.weights().into_iter().map(|spec| count(spec.values()));
    let weights = values.fold(count(0), |sum, values| sum + values);
    let weights = count(states + copies) * weights * FLOAT;
    // What is judged after each epoch: without validation, whether the network tells classes apart.
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

/// Bytes of a step at its peak: of what all layers keep for the way back, and of what one needs on it.
fn step(network: &Network, head_dropout: f64, batch: usize) -> Count {
    let mut kept = Buffers::of(batch, &[elements(network.input())]);
    let mut most = count(0);
    let mut layers: Vec<_> = network.layers().iter().enumerate().map(Pass::of).collect();
    if head_dropout > 0.0 {
        let last = network.layers().last();
        let read = elements(last.map_or(network.input(), |it| it.output));
        // What another dropout gives is in the order that follows already.
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

/// Bytes of a prediction at its peak: of its largest layer.
fn prediction(network: &Network, batch: usize) -> Count {
    let layers = network.layers().iter().enumerate().map(|(index, shaped)| {
        let Pass { kept, blocked, .. } = Pass::of((index, shaped));
        let input = Buffers::of(batch, &[elements(shaped.input)]);
        input.and(Buffers::of(batch, &kept)).and(Buffers::of(batch, &blocked)).bytes()
    });
    // There may be no layers.
    let input = Buffers::of(batch, &[elements(network.input())]).bytes();
    layers.fold(input, Count::max)
}

/// Buffers that are there at once.
#[derive(Debug, Clone, Copy)]
struct Buffers {
    all: Count,
    /// Of those that are small.
    small: Count,
}

impl Buffers {
    /// Of so many values for each example.
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

    /// With what the allocator keeps of others that were before them.
    fn bytes(self) -> Count {
        self.all + self.small.min(KEPT)
    }
}

/// Buffers of a layer, in values for each example.
#[derive(Debug)]
struct Pass {
    /// From its way forward until that back.
    kept: Vec<Count>,
    /// Maps in blocks of channels, as convolutions read and write them.
    blocked: Vec<Count>,
    /// On the way back through the activation.
    activation: Vec<Count>,
    /// On the way back through all else. The gradient of the outputs takes the outputs' place.
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
            // The indices of the largest values are twice as long.
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
        // Nothing asks for the gradient of the network's input, but for that of what is between.
        let gradient = if index == 0 { count(0) } else { before };
        let mut products = vec![gradient.max(between.map_or(count(0), elements))];
        products.extend(&blocked);
        Self { kept, blocked, activation: vec![behind; 2], products }
    }

    /// Of dropout: the factors, the products, and these once more in the order that follows.
    fn dropout(values: Count) -> Self {
        Self::plain(values, vec![values; 3])
    }

    /// Of a layer without a convolution, whose ways back need the gradients of both sides.
    fn plain(before: Count, kept: Vec<Count>) -> Self {
        let products = vec![before, kept[0]];
        Self { kept, blocked: Vec::new(), activation: Vec::new(), products }
    }
}

/// The values of a copy that a convolution makes of an input to pad it.
fn padded(conv: &Conv2d, input: Shape) -> Count {
    let margins = conv.margins(input);
    if (margins.top, margins.left) == (margins.bottom, margins.right) {
        return count(0);
    }
    let height = count(input.height) + count(margins.top) + count(margins.bottom);
    let width = count(input.width) + count(margins.left) + count(margins.right);
    height * width * count(input.channels)
}

/// The values of maps in blocks of channels.
fn blocked(shape: Shape) -> Count {
    let blocks = count(shape.channels.div_ceil(CHANNELS));
    elements(Shape { channels: CHANNELS, ..shape }) * blocks
}
