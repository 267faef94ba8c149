//! Boards: their memory, and the time and energy that a network takes on them.

#[cfg(feature = "toml")]
mod boards;
mod error;
mod figure;
#[cfg(feature = "toml")]
mod profile;

use danas_space::Bytes;
use serde::{Deserialize, Serialize};

pub use error::DeviceError;
pub use figure::Figure;

use crate::{format::DeployedFormat, operator::OperatorCost, operator_kind::OperatorKind};

/// A board: its memory, and the time and energy that its processor takes to run operators.
///
/// The profiles of the [boards](Self::boards) that come with danas hold published figures where
/// there are any, and [estimates](Self::estimates) elsewhere. One number of cycles stands for costs
/// that vary with the shapes: expect an error of ±50 % for a single network, and less for the order
/// of networks. If you have the board, [calibrate](Self::calibrated) its profile.
///
/// ```
/// use danas_size::{Converter, DeployedFormat, Device};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let operators = Converter::default().operators(&network)?;
/// # #[cfg(feature = "toml")] {
/// let device = Device::board("nucleo_l4r5zi")?;
/// let run = device.run(&operators, DeployedFormat::Int8);
/// assert!((0.0005..0.005).contains(&run.seconds));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Name of the board.
    pub name: String,
    /// Flash memory, in bytes.
    pub flash: Figure,
    /// RAM, in bytes.
    pub ram: Figure,
    /// Flash that the firmware takes in addition to the model, in bytes. Default: 0.
    #[serde(default)]
    pub reserved_flash: Figure,
    /// RAM that the firmware takes in addition to arena and data, in bytes. Default: 0.
    #[serde(default)]
    pub reserved_ram: Figure,
    /// Clock of the processor, in hertz.
    pub clock: Figure,
    /// Energy of a cycle, in joules.
    pub joules_per_cycle: Figure,
    /// Cycles of operators in 32-bit floats.
    pub float32: Cycles,
    /// Cycles of operators in 8-bit integers.
    pub int8: Cycles,
}

/// The cycles that operators take in one number format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cycles {
    /// For each operator, in addition to its arithmetic.
    pub operator: Figure,
    /// For each multiply-accumulate of a convolution.
    pub conv_2d: Figure,
    /// For each multiply-accumulate of a depthwise convolution.
    pub depthwise_conv_2d: Figure,
    /// For each multiply-accumulate of a dense layer.
    pub fully_connected: Figure,
    /// For each value of a sigmoid.
    pub logistic: Figure,
    /// For each value of a softmax.
    pub softmax: Figure,
    /// For each value that pooling or a mean reads.
    pub pool_2d: Figure,
}

/// The cost of one inference on a device.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Run {
    /// Number of cycles.
    pub cycles: f64,
    /// Latency, in seconds.
    pub seconds: f64,
    /// Energy, in joules.
    pub joules: f64,
}

impl Device {
    /// Returns the flash that is left for the model.
    #[must_use]
    pub fn flash_for_model(&self) -> Bytes {
        rest(&self.flash, &self.reserved_flash)
    }

    /// Returns the RAM that is left for arena, input buffer and preprocessing.
    #[must_use]
    pub fn ram_for_data(&self) -> Bytes {
        rest(&self.ram, &self.reserved_ram)
    }

    /// Returns the cost of one inference that runs `operators` in `format`.
    #[must_use]
    pub fn run(&self, operators: &[OperatorCost], format: DeployedFormat) -> Run {
        let per = match format {
            DeployedFormat::Float32 => &self.float32,
            DeployedFormat::Int8 => &self.int8,
        };
        let cycles = operators.iter().map(|operator| {
            let values = operator.output.iter().map(|&size| size as f64).product::<f64>();
            let macs = operator.macs as f64;
            let arithmetic = match operator.kind {
                OperatorKind::Conv2d => macs * per.conv_2d.value(),
                OperatorKind::DepthwiseConv2d => macs * per.depthwise_conv_2d.value(),
                OperatorKind::FullyConnected => macs * per.fully_connected.value(),
                OperatorKind::Logistic => values * per.logistic.value(),
                OperatorKind::Softmax => values * per.softmax.value(),
                OperatorKind::MaxPool2d | OperatorKind::AveragePool2d | OperatorKind::Mean => {
                    operator.pooled as f64 * per.pool_2d.value()
                }
                OperatorKind::Reshape
                | OperatorKind::Shape
                | OperatorKind::StridedSlice
                | OperatorKind::Pack => 0.0,
            };
            arithmetic + per.operator.value()
        });
        let cycles = cycles.sum::<f64>();
        let seconds = cycles / self.clock.value();
        Run { cycles, seconds, joules: cycles * self.joules_per_cycle.value() }
    }

    /// Returns the profile with all cycles of `format` multiplied by one factor, which fits them to
    /// measurements.
    ///
    /// A measurement consists of the operators of a model and its latency in seconds. The factor is
    /// the geometric mean of measured over predicted latencies.
    ///
    /// # Errors
    /// [`DeviceError::Calibration`] if there are no measurements, or if a measured or predicted
    /// latency is not positive and finite.
    pub fn calibrated(
        &self,
        format: DeployedFormat,
        measurements: &[(&[OperatorCost], f64)],
    ) -> Result<Self, DeviceError> {
        let ratio = |&(operators, measured): &(&[OperatorCost], f64)| {
            let ratio = (measured / self.run(operators, format).seconds).ln();
            ratio.is_finite().then_some(ratio)
        };
        let ratios: Option<Vec<f64>> = measurements.iter().map(ratio).collect();
        let ratios = ratios.filter(|ratios| !ratios.is_empty()).ok_or(DeviceError::Calibration)?;
        let factor = (ratios.iter().sum::<f64>() / ratios.len() as f64).exp();
        let mut calibrated = self.clone();
        let cycles = match format {
            DeployedFormat::Float32 => &mut calibrated.float32,
            DeployedFormat::Int8 => &mut calibrated.int8,
        };
        for figure in cycles.figures_mut() {
            *figure = Figure::Own(figure.value() * factor);
        }
        Ok(calibrated)
    }

    /// Returns the names of the figures that are only estimates.
    #[must_use]
    pub fn estimates(&self) -> Vec<String> {
        let estimates = self.figures().into_iter().filter(|(_, figure)| figure.is_estimate());
        estimates.map(|(name, _)| name).collect()
    }

    /// Returns every figure with its name.
    fn figures(&self) -> Vec<(String, &Figure)> {
        let own = [
            ("flash", &self.flash),
            ("ram", &self.ram),
            ("reserved_flash", &self.reserved_flash),
            ("reserved_ram", &self.reserved_ram),
            ("clock", &self.clock),
            ("joules_per_cycle", &self.joules_per_cycle),
        ];
        let own = own.into_iter().map(|(name, figure)| (name.to_owned(), figure));
        let formats = [("float32", &self.float32), ("int8", &self.int8)];
        let cycles = formats.into_iter().flat_map(|(format, cycles)| {
            cycles.figures().map(|(name, figure)| (format!("{format}.{name}"), figure))
        });
        own.chain(cycles).collect()
    }

    /// Checks every figure.
    ///
    /// # Errors
    /// [`DeviceError::IllegalFigure`] with the name of the first invalid figure.
    pub fn validate(&self) -> Result<(), DeviceError> {
        for (name, figure) in self.figures() {
            let value = figure.value();
            let illegal = !value.is_finite() || value < 0.0 || (name == "clock" && value == 0.0);
            if illegal {
                return Err(DeviceError::IllegalFigure { device: self.name.clone(), name, value });
            }
        }
        Ok(())
    }
}

impl Cycles {
    fn figures(&self) -> [(&'static str, &Figure); 7] {
        [
            ("operator", &self.operator),
            ("conv_2d", &self.conv_2d),
            ("depthwise_conv_2d", &self.depthwise_conv_2d),
            ("fully_connected", &self.fully_connected),
            ("logistic", &self.logistic),
            ("softmax", &self.softmax),
            ("pool_2d", &self.pool_2d),
        ]
    }

    fn figures_mut(&mut self) -> [&mut Figure; 7] {
        let Self {
            operator,
            conv_2d,
            depthwise_conv_2d,
            fully_connected,
            logistic,
            softmax,
            pool_2d,
        } = self;
        [operator, conv_2d, depthwise_conv_2d, fully_connected, logistic, softmax, pool_2d]
    }
}

/// Returns the part of a memory that is not reserved.
fn rest(memory: &Figure, reserved: &Figure) -> Bytes {
    Bytes((memory.value() - reserved.value()) as u64) // 0 if the difference is negative
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};

    use super::*;
    use crate::converter::Converter;

    fn operators(layers: &str) -> Vec<OperatorCost> {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
        let network = Network::new(Shape::new(39, 15, 1), &architecture, 2).unwrap();
        Converter::default().operators(&network).unwrap()
    }

    /// Returns a device with round numbers.
    fn device() -> Device {
        let own = Figure::Own;
        Device {
            name: "round numbers".to_owned(),
            flash: own(1000.0),
            ram: own(100.0),
            reserved_flash: own(0.0),
            reserved_ram: own(30.0),
            clock: own(1e6),
            joules_per_cycle: own(1e-9),
            float32: Cycles {
                operator: own(9.0),
                conv_2d: own(7.0),
                depthwise_conv_2d: own(8.0),
                fully_connected: own(5.0),
                logistic: own(30.0),
                softmax: own(20.0),
                pool_2d: own(4.0),
            },
            int8: Cycles {
                operator: own(1000.0),
                conv_2d: own(2.0),
                depthwise_conv_2d: own(5.0),
                fully_connected: own(3.0),
                logistic: own(10.0),
                softmax: own(8.0),
                pool_2d: own(7.0),
            },
        }
    }

    #[test]
    fn a_run_sums_the_arithmetic_and_the_overhead_of_every_operator() {
        let device = device();
        assert_eq!((device.flash_for_model(), device.ram_for_data()), (Bytes(1000), Bytes(70)));
        let run = device.run(&operators("4x5S"), DeployedFormat::Int8);
        let values = 35 * 11 * 4;
        let cycles = 2 * values * 25 + 10 * values + 3 * (values * 10 + 10 * 2) + 8 * 2 + 6 * 1000;
        assert_eq!(run.cycles, f64::from(cycles));
        assert_eq!((run.seconds, run.joules), (run.cycles / 1e6, run.cycles * 1e-9));
        let run = device.run(&operators("d4x5R max2 gap"), DeployedFormat::Int8);
        let (depthwise, pointwise) = (35 * 11 * 25, 35 * 11 * 4);
        let pooled = 17 * 5 * 4 * 4 + 17 * 5 * 4;
        let dense = 3 * (4 * 10 + 10 * 2) + 8 * 2;
        let cycles = 5 * depthwise + 2 * pointwise + 7 * pooled + dense + 7 * 1000;
        assert_eq!(run.cycles, f64::from(cycles));
    }

    #[test]
    fn a_calibrated_profile_predicts_what_was_measured() {
        let device = device();
        let (small, large) = (operators("2x3R"), operators("16x5S 8x3R"));
        let measured =
            |operators: &[OperatorCost]| 3.0 * device.run(operators, DeployedFormat::Int8).seconds;
        let measurements = [(&*small, measured(&small)), (&*large, measured(&large))];
        let calibrated = device.calibrated(DeployedFormat::Int8, &measurements).unwrap();
        for (operators, seconds) in measurements {
            let predicted = calibrated.run(operators, DeployedFormat::Int8).seconds;
            assert!((predicted / seconds - 1.0).abs() < 1e-9, "{predicted} for {seconds}");
        }
        assert_eq!(calibrated.float32, device.float32);
        for broken in [&[][..], &[(&*small, 0.0)], &[(&*small, f64::NAN)]] {
            let refused = device.calibrated(DeployedFormat::Int8, broken).unwrap_err();
            assert!(matches!(refused, DeviceError::Calibration), "{refused}");
        }
    }
}
