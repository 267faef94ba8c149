//! A tensor of a graph.

use super::{
    ElementType, TfliteFile,
    flatbuffer::{Number, Numbers, Table},
    schema::{QUANTIZATION_PARAMETERS, TENSOR},
};

/// A tensor: a constant of the file, or values that operators pass on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tensor<'a> {
    file: TfliteFile<'a>,
    table: Table<'a>,
}

impl<'a> Tensor<'a> {
    pub(super) fn new(file: TfliteFile<'a>, table: Table<'a>) -> Self {
        Self { file, table }
    }

    /// Returns its name, which is empty if it has none.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.table.text(const { TENSOR.slot("name") }).unwrap_or_default()
    }

    /// Returns the type of its elements.
    #[must_use]
    pub fn element(&self) -> ElementType {
        ElementType::of(self.table.number(const { TENSOR.slot("type") }).unwrap_or(0))
    }

    /// Returns its dimensions. A single number has none. A dimension that varies is 1 here: see
    /// [`shape_signature`](Self::shape_signature).
    pub fn shape(&self) -> impl ExactSizeIterator<Item = u32> + Clone + use<'a> {
        self.dimensions().iter().map(|size| u32::try_from(size).unwrap_or(0))
    }

    /// Returns its dimensions, with -1 for one that varies. Empty if none varies.
    pub fn shape_signature(&self) -> impl ExactSizeIterator<Item = i32> + Clone + use<'a> {
        self.table.numbers(const { TENSOR.slot("shape_signature") }).iter()
    }

    /// Returns the number of its elements, which is the product of its dimensions.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape().map(u64::from).product()
    }

    /// Returns the scales of its integers: one for all, or one for each index of
    /// [`quantized_dimension`](Self::quantized_dimension). Empty if it is not quantised.
    pub fn scales(&self) -> impl ExactSizeIterator<Item = f32> + Clone + use<'a> {
        self.quantized(const { QUANTIZATION_PARAMETERS.slot("scale") }).iter()
    }

    /// Returns the integers that stand for zero, one for each scale.
    pub fn zero_points(&self) -> impl ExactSizeIterator<Item = i64> + Clone + use<'a> {
        self.quantized(const { QUANTIZATION_PARAMETERS.slot("zero_point") }).iter()
    }

    /// Returns the dimension whose indices have one scale each, if there are several scales.
    #[must_use]
    pub fn quantized_dimension(&self) -> i32 {
        let quantization = self.quantization();
        let slot = const { QUANTIZATION_PARAMETERS.slot("quantized_dimension") };
        quantization.and_then(|quantization| quantization.number(slot)).unwrap_or(0)
    }

    /// Returns whether its values are kept from one run to the next.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        let flag: Option<u8> = self.table.number(const { TENSOR.slot("is_variable") });
        flag.unwrap_or(0) != 0
    }

    /// Returns whether its data leaves out zeros.
    #[must_use]
    pub fn is_sparse(&self) -> bool {
        self.table.table(const { TENSOR.slot("sparsity") }).is_some()
    }

    /// Returns the index of its buffer, which several tensors may share, or 0 if it has none.
    #[must_use]
    pub fn buffer(&self) -> u32 {
        self.table.number(const { TENSOR.slot("buffer") }).unwrap_or(0)
    }

    /// Returns the elements of a constant, little-endian and in row-major order. Empty for other
    /// tensors.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        let buffer = self.whole_buffer();
        buffer.split_at_checked(buffer.len() - self.surplus()).map_or(buffer, |(data, _)| data)
    }

    /// Returns the number of bytes that its buffer has beyond the elements of a constant. They are
    /// harmless, but no converter writes any, and some runtimes refuse them.
    #[must_use]
    pub fn surplus(&self) -> usize {
        let found = self.whole_buffer().len();
        let needed = self.needed_bytes().and_then(|needed| usize::try_from(needed).ok());
        needed.map_or(0, |needed| found.saturating_sub(needed))
    }

    /// Returns the number of bytes that its shape and type require. `None` if it varies, is unknown
    /// or cannot be counted.
    pub(super) fn needed_bytes(self) -> Option<u64> {
        if self.is_sparse() {
            return None;
        }
        let bits = self.element().bits()?;
        Some(self.elements().checked_mul(bits.into())?.div_ceil(8))
    }

    pub(super) fn whole_buffer(self) -> &'a [u8] {
        self.file.buffer_data(self.buffer())
    }

    /// Returns the dimensions as they are in the file.
    pub(super) fn dimensions(self) -> Numbers<'a, i32> {
        self.table.numbers(const { TENSOR.slot("shape") })
    }

    fn quantization(self) -> Option<Table<'a>> {
        self.table.table(const { TENSOR.slot("quantization") })
    }

    fn quantized<T: Number>(self, slot: usize) -> Numbers<'a, T> {
        self.quantization().map(|quantization| quantization.numbers(slot)).unwrap_or_default()
    }
}
