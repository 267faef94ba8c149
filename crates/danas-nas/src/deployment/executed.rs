//! The instructions that kernels execute for the network of a trained candidate.

use danas_firmware::instructions;
use danas_size::{
    Converter, Core, DeployedFormat, NumberFormat, SizeError, cmsis_nn_instructions,
    reference_instructions,
};
use danas_space::Network;
use serde::Serialize;

/// Estimates of the instructions that kernels execute for the int8 network, on each core.
#[derive(Serialize)]
pub(super) struct Executed {
    pub(super) kernels: &'static str,
    m0plus: u64,
    m4: u64,
    m7: u64,
    m55: u64,
}

impl Executed {
    /// Returns those of the C library, and of both sets of kernels of TensorFlow Lite Micro.
    pub(super) fn all(network: &Network) -> Result<[Self; 3], SizeError> {
        let converter = Converter::default().with_format(NumberFormat::Int8);
        let operators = converter.operators(network)?;
        let sets = [
            ("C library", instructions as fn(&[_], _, _) -> Vec<f64>),
            ("reference", reference_instructions),
            ("CMSIS-NN", cmsis_nn_instructions),
        ];
        Ok(sets.map(|(kernels, each)| {
            let on = |core| -> u64 {
                each(&operators, core, DeployedFormat::Int8).iter().sum::<f64>().round() as u64
            };
            let [m0plus, m4, m7, m55] = Core::ALL.map(on);
            Self { kernels, m0plus, m4, m7, m55 }
        }))
    }

    /// Returns the instructions on each of [`Core::ALL`].
    pub(super) const fn on_cores(&self) -> [u64; 4] {
        [self.m0plus, self.m4, self.m7, self.m55]
    }
}
