//! A tensor of a graph.

use super::{
    ElementType, TfliteFile,
    flatbuffer::{Number, Numbers, Table},
    schema::{QUANTIZATION_PARAMETERS, TENSOR},
};

/// A tensor: a constant of the file, or what operators pass on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tensor<'a> {
    file: TfliteFile<'a>,
    table: Table<'a>,
}

impl<'a> Tensor<'a> {
    pub(super) fn new(file: TfliteFile<'a>, table: Table<'a>) -> Self {
        Self { file, table }
    }

    /// Its name; empty if it has none.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.table.text(const { TENSOR.slot("name") }).unwrap_or_default()
    }

    /// The type of its elements.
    #[must_use]
    pub fn element(&self) -> ElementType {
        ElementType::of(self.table.number(const { TENSOR.slot("type") }).unwrap_or(0))
    }

    /// Its dimensions; none for a single number. One that varies is 1 here: see
    /// [`shape_signature`](Self::shape_signature).
    pub fn shape(&self) -> impl ExactSizeIterator<Item = u32> + Clone + use<'a> {
        self.dimensions().iter().map(|size| u32::try_from(size).unwrap_or(0))
    }

    /// Its dimensions, with -1 for one that varies. Empty if none does.
    pub fn shape_signature(&self) -> impl ExactSizeIterator<Item = i32> + Clone + use<'a> {
        self.table.numbers(const { TENSOR.slot("shape_signature") }).iter()
    }

    /// The product of its dimensions.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape().map(u64::from).product()
    }

    /// How much a step of its integers is worth: one for all, or one for each index of
    /// [`quantized_dimension`](Self::quantized_dimension). None for numbers that are not scaled.
    pub fn scales(&self) -> impl ExactSizeIterator<Item = f32> + Clone + use<'a> {
        self.quantized(const { QUANTIZATION_PARAMETERS.slot("scale") }).iter()
    }

    /// The integers that stand for zero, one for each scale.
    pub fn zero_points(&self) -> impl ExactSizeIterator<Item = i64> + Clone + use<'a> {
        self.quantized(const { QUANTIZATION_PARAMETERS.slot("zero_point") }).iter()
    }

    /// The dimension that several scales belong to.
    #[must_use]
    pub fn quantized_dimension(&self) -> i32 {
        let quantization = self.quantization();
        let slot = const { QUANTIZATION_PARAMETERS.slot("quantized_dimension") };
        quantization.and_then(|quantization| quantization.number(slot)).unwrap_or(0)
    }

    /// Whether operators keep it from one run to the next.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        let flag: Option<u8> = self.table.number(const { TENSOR.slot("is_variable") });
        flag.unwrap_or(0) != 0
    }

    /// Whether its data leaves zeros out.
    #[must_use]
    pub fn is_sparse(&self) -> bool {
        self.table.table(const { TENSOR.slot("sparsity") }).is_some()
    }

    /// The number of its buffer, which several tensors may share; 0 if it has none.
    #[must_use]
    pub fn buffer(&self) -> u32 {
        self.table.number(const { TENSOR.slot("buffer") }).unwrap_or(0)
    }

    /// The elements of a constant, little-endian and in row-major order. Empty for other tensors.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        self.file.buffer_data(self.buffer())
    }

    /// The shape as it stands in the file.
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
