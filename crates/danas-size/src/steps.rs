//! The operators that a network's layers become, in the order in which they run.
//!
//! A layer becomes up to three operators. Batch normalisation is folded into the weights of its
//! convolution, and dropout has no operator, since it only acts in training.

use danas_space::{
    Activation, Conv2d, Extent, Layer, Margins, Network, Normalisation, Padding, Place, Pool, Shape,
};

/// One operator, independent of the TensorFlow version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Part of the network that it belongs to.
    pub(crate) place: Place,
    pub(crate) work: Work,
    /// Shape of its input. Dense layers read and write maps of 1 × 1.
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Quantisation of its input. `to` is that of its output.
    pub(crate) from: Flow,
    pub(crate) to: Flow,
}

/// The work of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Convolution(Convolution),
    Sigmoid,
    Pool(Pool),
    /// The mean of each channel.
    Mean,
    Flatten,
    /// A dense layer, with the index of its weights.
    Dense {
        weights: usize,
        relu: bool,
    },
    Softmax,
}

/// A convolution, or the depthwise part of a separable one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Convolution {
    /// Index of its weights. Convolutions come before dense layers.
    pub(crate) weights: usize,
    pub(crate) part: Part,
    pub(crate) kernel: Extent,
    pub(crate) stride: Extent,
    pub(crate) padding: Padding,
    pub(crate) margins: Margins,
    /// Whether it includes a ReLU.
    pub(crate) relu: bool,
    pub(crate) normalisation: Normalisation,
}

/// The part of its layer that a convolution computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// The depthwise part, with a kernel for each channel. Its bias is zero.
    Depthwise,
    /// The 1 × 1 convolution after the depthwise part.
    Pointwise,
}

/// The quantisation of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Found by calibration. The number is the index of the activation in the order of use; the
    /// input has 0.
    Calibrated(usize),
    /// Fixed, for probabilities.
    Probabilities,
}

impl Convolution {
    pub(crate) const fn is_depthwise(&self) -> bool {
        matches!(self.part, Part::Depthwise)
    }
}

impl Step {
    /// Returns the convolution, if the step is one.
    pub(crate) const fn convolution(&self) -> Option<&Convolution> {
        match &self.work {
            Work::Convolution(convolution) => Some(convolution),
            _ => None,
        }
    }

    /// Returns the index of its weights, if it has any.
    pub(crate) const fn weights(&self) -> Option<usize> {
        match self.work {
            Work::Convolution(Convolution { weights, .. }) | Work::Dense { weights, .. } => {
                Some(weights)
            }
            _ => None,
        }
    }

    /// Returns whether the step includes a ReLU.
    pub(crate) const fn has_relu(&self) -> bool {
        match self.work {
            Work::Convolution(Convolution { relu, .. }) | Work::Dense { relu, .. } => relu,
            _ => false,
        }
    }

    /// Returns whether calibration finds the scale of its output.
    pub(crate) const fn is_calibrated(&self) -> bool {
        matches!(self.work, Work::Convolution(_) | Work::Dense { .. } | Work::Mean)
    }
}

/// Returns the steps of `network`.
pub(crate) fn steps(network: &Network) -> Vec<Step> {
    let mut steps = Walk::new(network);
    let mut is_flat = false;
    for (index, shaped) in network.layers().iter().enumerate() {
        steps.place = Place::Layer(index);
        match shaped.layer {
            Layer::Conv2d(conv) => steps.convolve(&conv, Part::Whole, shaped.output),
            Layer::Separable(conv) => {
                let filtered = Shape { channels: shaped.input.channels, ..shaped.output };
                steps.convolve(&conv, Part::Depthwise, filtered);
                steps.convolve(&conv, Part::Pointwise, shaped.output);
            }
            Layer::Pool(pool) => steps.add(Work::Pool(pool), shaped.output),
            Layer::GlobalAverage => {
                steps.add(Work::Mean, shaped.output);
                is_flat = true;
            }
            Layer::Dropout(_) => {}
        }
    }
    steps.place = Place::Dense;
    let flat = |channels| Shape { height: 1, width: 1, channels };
    if !is_flat {
        steps.add(Work::Flatten, flat(network.flattened()));
    }
    let hidden = usize::try_from(network.dense_width()).unwrap_or(usize::MAX);
    for (place, outputs) in [(Place::Dense, hidden), (Place::Output, network.classes())] {
        if outputs == 0 {
            continue; // no hidden layer
        }
        steps.place = place;
        let weights = steps.weighted();
        steps.add(Work::Dense { weights, relu: place == Place::Dense }, flat(outputs));
    }
    steps.add(Work::Softmax, flat(network.classes()));
    steps.steps
}

/// The steps so far, and the state behind the last of them.
struct Walk {
    steps: Vec<Step>,
    place: Place,
    shape: Shape,
    flow: Flow,
    /// Number of calibrated activations so far, including the input.
    calibrated: usize,
}

impl Walk {
    fn new(network: &Network) -> Self {
        Self {
            steps: Vec::with_capacity(3 * network.layers().len() + 4),
            place: Place::Layer(0),
            shape: network.input(),
            flow: Flow::Calibrated(0),
            calibrated: 1,
        }
    }

    fn weighted(&self) -> usize {
        self.steps.iter().filter(|step| step.weights().is_some()).count()
    }

    fn convolve(&mut self, conv: &Conv2d, part: Part, output: Shape) {
        let one = Extent::square(1);
        let whole = Convolution {
            weights: self.weighted(),
            part,
            kernel: conv.kernel,
            stride: conv.stride,
            padding: conv.padding,
            margins: conv.margins(self.shape),
            relu: conv.activation == Activation::Relu,
            normalisation: conv.normalisation,
        };
        let convolution = match part {
            Part::Whole => whole,
            Part::Depthwise => {
                Convolution { relu: false, normalisation: Normalisation::None, ..whole }
            }
            Part::Pointwise => Convolution {
                kernel: one,
                stride: one,
                padding: Padding::Valid,
                margins: Margins::default(),
                ..whole
            },
        };
        self.add(Work::Convolution(convolution), output);
        if part != Part::Depthwise && conv.activation == Activation::Sigmoid {
            self.add(Work::Sigmoid, output);
        }
    }

    fn add(&mut self, work: Work, output: Shape) {
        let (input, from) = (self.shape, self.flow);
        let mut step = Step { place: self.place, work, input, output, from, to: from };
        if step.is_calibrated() {
            step.to = Flow::Calibrated(self.calibrated);
            self.calibrated += 1;
        } else if matches!(work, Work::Sigmoid | Work::Softmax) {
            step.to = Flow::Probabilities;
        }
        (self.shape, self.flow) = (output, step.to);
        self.steps.push(step);
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, parse_layers};

    use super::*;

    fn of(layers: &str) -> Vec<Step> {
        with_dense(layers, 10)
    }

    fn with_dense(layers: &str, width: u32) -> Vec<Step> {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), width).unwrap();
        steps(&Network::new(Shape::new(20, 15, 2), &architecture, 3).unwrap())
    }

    #[test]
    fn each_step_reads_what_the_former_one_wrote() {
        let steps = of("max2 8x3/2pnS drop25 d4x3R avg2x1 2x1x2S gap drop50");
        for pair in steps.windows(2) {
            assert_eq!(pair[0].output, pair[1].input);
            assert_eq!(pair[0].to, pair[1].from);
        }
        assert_eq!(steps[0].from, Flow::Calibrated(0));
        assert_eq!(steps.len(), 1 + 2 + 2 + 1 + 2 + 1 + 3);
    }

    #[test]
    fn pooling_and_flattening_keep_the_integers_and_sigmoids_know_theirs() {
        let flows: Vec<Flow> = of("max2 d4x3R 2x3S avg2").iter().map(|step| step.to).collect();
        let calibrated = Flow::Calibrated;
        let (first, last) = (calibrated(0), calibrated(5));
        let dense = [calibrated(4), last, Flow::Probabilities];
        let layers = [first, calibrated(1), calibrated(2), calibrated(3), Flow::Probabilities];
        let pooled = [Flow::Probabilities; 2];
        assert_eq!(flows, [&layers[..], &pooled, &dense].concat());
    }

    #[test]
    fn without_a_hidden_layer_the_last_one_reads_what_is_flattened() {
        let works = |layers| -> Vec<Work> {
            let steps = with_dense(layers, 0);
            for pair in steps.windows(2) {
                assert_eq!((pair[0].output, pair[0].to), (pair[1].input, pair[1].from));
            }
            steps.iter().map(|step| step.work).collect()
        };
        let dense = |weights| Work::Dense { weights, relu: false };
        assert_eq!(works("flatten"), [Work::Flatten, dense(0), Work::Softmax]);
        assert_eq!(works("gap"), [Work::Mean, dense(0), Work::Softmax]);
        assert_eq!(works("d4x3R gap")[2..], [Work::Mean, dense(2), Work::Softmax]);
    }

    #[test]
    fn a_separable_convolution_slides_only_its_depthwise_part() {
        let steps = of("d4x5/2pnR");
        let [depthwise, pointwise] = [0, 1].map(|index| *steps[index].convolution().unwrap());
        assert_eq!((depthwise.kernel, depthwise.stride), (Extent::square(5), Extent::square(2)));
        assert_eq!(depthwise.padding, Padding::Same);
        assert!(depthwise.is_depthwise() && !depthwise.relu);
        assert_eq!((pointwise.kernel, pointwise.stride), (Extent::square(1), Extent::square(1)));
        assert!(pointwise.relu && pointwise.normalisation == Normalisation::Batch);
        assert_eq!(steps[0].output, Shape::new(10, 8, 2));
    }
}
