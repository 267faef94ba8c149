//! Conversion of sample rates of whole signals.

use danas_space::{Hertz, ResamplingFilter};
use realfft::num_complex::Complex32;

use super::{
    block_size::BlockSize,
    blocks::Blocks,
    kaiser::KaiserSinc,
    ratio::{Ratio, resampled_len},
    whole::WholeTarget,
};
use crate::{
    error::DspError,
    fft::{FftBuffers, ForwardFft},
};

/// The conversion of signals of one rate and length to several lower rates, planned once.
///
/// Targets with the same length of the signal's spectrum share it. The result for one target does
/// not depend on the others.
#[derive(Debug)]
pub(crate) struct Conversion {
    forward: Vec<ForwardFft>,
    targets: Vec<Target>,
}

/// The spectra of a signal and the buffers of the transforms, which many signals can share.
#[derive(Debug, Default)]
pub(crate) struct ConversionBuffers {
    spectra: Vec<Vec<Complex32>>,
    fft: FftBuffers,
    /// Resamplers by the index of their target. They are made when they are first needed.
    blocks: Vec<Option<Blocks>>,
}

/// Conversion to one of the lower rates.
#[derive(Debug)]
enum Target {
    /// Through the spectrum of this index.
    Whole { spectrum: usize, target: WholeTarget },
    /// Block by block, to this number of samples.
    Blocks { size: BlockSize, len: usize },
}

impl Conversion {
    /// Plans the conversion of signals of `samples` samples at `from` to each of `targets`.
    pub(crate) fn new(
        samples: usize,
        from: Hertz,
        targets: impl IntoIterator<Item = (Hertz, ResamplingFilter)>,
    ) -> Result<Self, DspError> {
        let mut conversion = Self { forward: Vec::new(), targets: Vec::new() };
        for (to, filter) in targets {
            let ratio = Ratio::new(from, to)?;
            let target = match KaiserSinc::new(filter, ratio) {
                Some(sinc) => {
                    let target = WholeTarget::new(samples, [from, to], ratio, sinc)?;
                    let spectrum = conversion.spectrum(target.inputs());
                    Target::Whole { spectrum, target }
                }
                None => {
                    let size = BlockSize::new([from, to], ratio)?;
                    Target::Blocks { size, len: resampled_len(samples, from, to) }
                }
            };
            conversion.targets.push(target);
        }
        Ok(conversion)
    }

    /// Returns the index of the spectrum of `inputs` samples, which targets share.
    fn spectrum(&mut self, inputs: usize) -> usize {
        let known = self.forward.iter().position(|fft| fft.len() == inputs);
        known.unwrap_or_else(|| {
            self.forward.push(ForwardFft::new(inputs));
            self.forward.len() - 1
        })
    }

    /// Computes the spectra of a signal, from which [`target`](Self::target) makes the signal at
    /// each rate.
    pub(crate) fn take_in(&self, samples: &[f32], buffers: &mut ConversionBuffers) {
        let ConversionBuffers { spectra, fft: buffers, .. } = buffers;
        spectra.resize_with(self.forward.len(), Vec::new);
        for (spectrum, fft) in spectra.iter_mut().zip(&self.forward) {
            spectrum.resize(fft.bins(), Complex32::ZERO);
            fft.plain(samples, buffers, spectrum);
        }
    }

    /// Returns the signal of the last [`take_in`](Self::take_in), `samples`, at the rate of the
    /// target `index`.
    pub(crate) fn target(
        &self,
        index: usize,
        samples: &[f32],
        buffers: &mut ConversionBuffers,
    ) -> Result<Vec<f32>, DspError> {
        let ConversionBuffers { spectra, fft, blocks } = buffers;
        match &self.targets[index] {
            Target::Whole { spectrum, target } => Ok(target.samples(&spectra[*spectrum], fft)),
            Target::Blocks { size, len } => {
                if blocks.len() <= index {
                    blocks.resize_with(index + 1, || None);
                }
                let kept = blocks[index].take().filter(|blocks| blocks.size() == *size);
                let mut resampler = kept.map_or_else(|| Blocks::new(*size), Ok)?;
                let mut output = Vec::with_capacity(*len);
                resampler.push(samples, &mut output)?;
                resampler.finish(*len, &mut output)?;
                blocks[index] = Some(resampler);
                Ok(output)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOXR: ResamplingFilter = ResamplingFilter::SoxrHq;

    fn hertz(hertz: u32) -> Hertz {
        Hertz::new(hertz).unwrap()
    }

    fn signal(samples: usize) -> Vec<f32> {
        (0..samples).map(|n| ((n * n) as f32 * 0.11).sin()).collect()
    }

    /// Computes the convolution from its definition, in `f64`, at the least common multiple of the
    /// two rates.
    fn naive(samples: &[f32], ratio: Ratio, filter: KaiserSinc, len: usize) -> Vec<f64> {
        let taps = filter.right_half(ratio.get(), ratio.to);
        let product = |m: usize, n: usize| {
            let tap = taps.get((m * ratio.from).abs_diff(n * ratio.to)).copied().unwrap_or(0.0);
            ratio.to as f64 * tap * f64::from(samples[n])
        };
        (0..len).map(|m| (0..samples.len()).map(|n| product(m, n)).sum()).collect()
    }

    #[test]
    fn it_agrees_with_a_naive_convolution() {
        for (samples, from, to) in [
            (1000_usize, 2, 1),
            (999, 3, 1),
            (3000, 16, 1),
            (5, 8, 1),
            (1, 2, 1),
            (800, 3, 2),
            (700, 13, 5),
            (700, 1300, 500),
            (900, 200, 175),
        ] {
            let signal = signal(samples);
            let (from, to) = (hertz(from), hertz(to));
            let ratio = Ratio::new(from, to).unwrap();
            let conversion = Conversion::new(samples, from, [(to, SOXR)]).unwrap();
            let mut buffers = ConversionBuffers::default();
            conversion.take_in(&signal, &mut buffers);
            let fast = conversion.target(0, &signal, &mut buffers).unwrap();
            assert_eq!(fast.len(), resampled_len(samples, from, to));
            let filter = KaiserSinc::new(SOXR, ratio).unwrap();
            let mut slow = naive(&signal, ratio, filter, fast.len());
            slow[filter.computed(samples, ratio)..].fill(0.0);
            for (fast, slow) in fast.iter().zip(slow) {
                assert!((f64::from(*fast) - slow).abs() < 2e-6, "{samples} from {from} to {to}");
            }
        }
    }

    #[test]
    fn usual_rates_share_one_spectrum_and_do_not_depend_on_each_other() {
        let rates = [375, 750, 1500, 6000, 16_000, 24_000, 44_100].map(hertz);
        for (from, count) in [(48_000, 7), (44_100, 6), (22_050, 5)] {
            let (from, samples) = (hertz(from), 10 * from as usize);
            let targets = || rates[..count].iter().map(|&to| (to, SOXR));
            let together = Conversion::new(samples, from, targets()).unwrap();
            assert_eq!(together.forward.len(), 1, "{from}");
            let [mut buffers, mut others] = [0, 1].map(|_| ConversionBuffers::default());
            let signal = signal(samples);
            together.take_in(&signal, &mut buffers);
            for (index, target) in targets().enumerate() {
                let alone = Conversion::new(samples, from, [target]).unwrap();
                alone.take_in(&signal, &mut others);
                assert_eq!(
                    together.target(index, &signal, &mut buffers).unwrap(),
                    alone.target(0, &signal, &mut others).unwrap()
                );
            }
        }
    }

    #[test]
    fn filters_side_by_side_do_not_depend_on_each_other() {
        // The second signal finds the resamplers of the first in its buffers.
        let from = hertz(16_000);
        let targets = || {
            let rates = [8000, 6000, 375].map(hertz).into_iter();
            rates.flat_map(|to| ResamplingFilter::ALL.map(|filter| (to, filter)))
        };
        let together = Conversion::new(9001, from, targets()).unwrap();
        let mut buffers = ConversionBuffers::default();
        for signal in [signal(9001), signal(9001).into_iter().rev().collect()] {
            together.take_in(&signal, &mut buffers);
            for (index, target) in targets().enumerate() {
                let alone = Conversion::new(9001, from, [target]).unwrap();
                let mut others = ConversionBuffers::default();
                alone.take_in(&signal, &mut others);
                assert_eq!(
                    together.target(index, &signal, &mut buffers).unwrap(),
                    alone.target(0, &signal, &mut others).unwrap(),
                    "{target:?}"
                );
            }
        }
    }
}
