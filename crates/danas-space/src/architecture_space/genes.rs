//! The genes of an architecture, which the model of a search strategy reads.

use super::ArchitectureSpace;
use crate::{
    architecture::Architecture,
    genes::Gene,
    layer::{Dropout, Layer},
};

impl ArchitectureSpace {
    /// Returns the genes of an architecture of this space: its depth, its layers, and what follows
    /// them.
    pub(crate) fn genes(&self, architecture: &Architecture) -> Vec<Gene> {
        let (layers, reduction) = architecture.split();
        let (least, most) = (self.min_depth(), self.max_depth());
        let mut genes = vec![Gene::ordered(layers.len() - least, most - least + 1)];
        for place in 0..self.max_depth() {
            genes.extend(self.layer_genes(layers.get(place).copied()));
        }
        let axes = &self.axes;
        if axes.reductions.len() > 1 {
            genes.push(Gene::categorical(reduction.len()));
        }
        genes.extend(ordered(&axes.dense_width, Some(architecture.dense_width())));
        genes
    }

    /// Returns the kind of a layer, and its value on each axis that has several values. The gene is
    /// absent if the layer has no value on the axis.
    fn layer_genes(&self, layer: Option<Layer>) -> Vec<Gene> {
        let axes = &self.axes;
        let kind = match layer {
            None => Gene::Absent,
            Some(Layer::Conv2d(_)) => Gene::Category(0),
            Some(Layer::Separable(_)) => Gene::Category(1),
            Some(Layer::Pool(_)) => Gene::Category(2),
            Some(Layer::Dropout(_)) => Gene::Category(3),
            Some(Layer::GlobalAverage) => Gene::Category(4),
        };
        let conv = layer.and_then(Layer::convolution).map(|(_, conv)| conv);
        let (mut pool, mut dropout) = (None, None);
        match layer {
            Some(Layer::Pool(it)) => pool = Some(it),
            Some(Layer::Dropout(Dropout { percent })) => dropout = Some(percent),
            _ => {}
        }
        let genes = [
            ordered(&axes.filters, conv.map(|conv| conv.filters)),
            ordered(&axes.kernels, conv.map(|conv| conv.kernel)),
            categorical(&axes.activations, conv.map(|conv| conv.activation)),
            ordered(&axes.strides, conv.map(|conv| conv.stride)),
            categorical(&axes.paddings, conv.map(|conv| conv.padding)),
            categorical(&axes.normalisations, conv.map(|conv| conv.normalisation)),
            categorical(&axes.pools, pool),
            ordered(&axes.dropouts, dropout),
        ];
        [kind].into_iter().chain(genes.into_iter().flatten()).collect()
    }
}

/// Returns the gene on an ordered axis, if that axis has several values.
fn ordered<T: PartialEq>(values: &[T], value: Option<T>) -> Option<Gene> {
    gene(values, value, |position| Gene::ordered(position, values.len()))
}

/// Returns the gene on an axis without order, if that axis has several values.
fn categorical<T: PartialEq>(values: &[T], value: Option<T>) -> Option<Gene> {
    gene(values, value, Gene::categorical)
}

fn gene<T: PartialEq>(values: &[T], value: Option<T>, at: impl Fn(usize) -> Gene) -> Option<Gene> {
    let place = || values.iter().position(|other| Some(other) == value.as_ref());
    (values.len() > 1).then(|| place().map_or(Gene::Absent, at))
}
