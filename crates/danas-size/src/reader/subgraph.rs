//! A graph of a file.

use super::{
    file::TfliteFile,
    flatbuffer::{Numbers, Table, Tables},
    schema::SUB_GRAPH,
    tensor::Tensor,
};

/// A graph: tensors, and the operators between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subgraph<'a> {
    file: TfliteFile<'a>,
    table: Table<'a>,
}

impl<'a> TfliteFile<'a> {
    /// Returns the graphs, of which there is at least one. The first is the model's main graph. Its
    /// control flow calls the others.
    pub fn subgraphs(&self) -> impl ExactSizeIterator<Item = Subgraph<'a>> + Clone + use<'a> {
        let file = *self;
        file.subgraph_tables().iter().map(move |table| Subgraph::new(file, table))
    }

    /// Returns a graph by its index.
    #[must_use]
    pub fn subgraph(&self, index: usize) -> Option<Subgraph<'a>> {
        self.subgraph_tables().get(index).map(|table| Subgraph::new(*self, table))
    }
}

impl<'a> Subgraph<'a> {
    fn new(file: TfliteFile<'a>, table: Table<'a>) -> Self {
        Self { file, table }
    }

    /// Returns its name, such as `main`, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.table.text(const { SUB_GRAPH.slot("name") })
    }

    /// Returns its tensors, in the order of their indices.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = Tensor<'a>> + Clone + use<'a> {
        let file = self.file;
        self.tensor_tables().iter().map(move |table| Tensor::new(file, table))
    }

    /// Returns a tensor by its index.
    #[must_use]
    pub fn tensor(&self, index: usize) -> Option<Tensor<'a>> {
        self.tensor_tables().get(index).map(|table| Tensor::new(self.file, table))
    }

    /// Returns the first tensor with this name.
    #[must_use]
    pub fn tensor_named(&self, name: &str) -> Option<Tensor<'a>> {
        self.tensors().find(|tensor| tensor.name() == name)
    }

    /// Returns its inputs.
    pub fn inputs(&self) -> impl Iterator<Item = Tensor<'a>> + Clone + use<'a> {
        self.numbered(self.input_numbers())
    }

    /// Returns its outputs.
    pub fn outputs(&self) -> impl Iterator<Item = Tensor<'a>> + Clone + use<'a> {
        self.numbered(self.output_numbers())
    }

    /// Returns the file that the graph belongs to.
    pub(super) const fn file(self) -> TfliteFile<'a> {
        self.file
    }

    pub(super) fn tensor_tables(self) -> Tables<'a> {
        self.table.tables(const { SUB_GRAPH.slot("tensors") })
    }

    pub(super) fn operator_tables(self) -> Tables<'a> {
        self.table.tables(const { SUB_GRAPH.slot("operators") })
    }

    pub(super) fn input_numbers(self) -> Numbers<'a, i32> {
        self.table.numbers(const { SUB_GRAPH.slot("inputs") })
    }

    pub(super) fn output_numbers(self) -> Numbers<'a, i32> {
        self.table.numbers(const { SUB_GRAPH.slot("outputs") })
    }

    fn numbered(
        self,
        numbers: Numbers<'a, i32>,
    ) -> impl Iterator<Item = Tensor<'a>> + Clone + use<'a> {
        numbers.iter().filter_map(move |index| self.tensor(usize::try_from(index).ok()?))
    }
}
