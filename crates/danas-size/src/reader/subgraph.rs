//! A graph of a file.

use super::{
    Operator, Tensor, TfliteFile,
    flatbuffer::{Numbers, Table, Tables},
    schema::SUB_GRAPH,
};

/// A graph: tensors, and the operators between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subgraph<'a> {
    file: TfliteFile<'a>,
    table: Table<'a>,
}

impl<'a> Subgraph<'a> {
    pub(super) fn new(file: TfliteFile<'a>, table: Table<'a>) -> Self {
        Self { file, table }
    }

    /// Its name, such as `main`.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.table.text(const { SUB_GRAPH.slot("name") })
    }

    /// Its tensors; their numbers are their positions.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = Tensor<'a>> + Clone + use<'a> {
        let file = self.file;
        self.tensor_tables().iter().map(move |table| Tensor::new(file, table))
    }

    /// A tensor by its number.
    #[must_use]
    pub fn tensor(&self, index: usize) -> Option<Tensor<'a>> {
        self.tensor_tables().get(index).map(|table| Tensor::new(self.file, table))
    }

    /// The first tensor with this name.
    #[must_use]
    pub fn tensor_named(&self, name: &str) -> Option<Tensor<'a>> {
        self.tensors().find(|tensor| tensor.name() == name)
    }

    /// What the graph is given.
    pub fn inputs(&self) -> impl Iterator<Item = Tensor<'a>> + Clone + use<'a> {
        self.numbered(self.input_numbers())
    }

    /// What the graph returns.
    pub fn outputs(&self) -> impl Iterator<Item = Tensor<'a>> + Clone + use<'a> {
        self.numbered(self.output_numbers())
    }

    /// Its operators, in the order in which they run.
    pub fn operators(&self) -> impl ExactSizeIterator<Item = Operator<'a>> + Clone + use<'a> {
        let (file, graph) = (self.file, *self);
        let operators = self.table.tables(const { SUB_GRAPH.slot("operators") });
        operators.iter().map(move |table| Operator::new(file, graph, table))
    }

    pub(super) fn tensor_tables(self) -> Tables<'a> {
        self.table.tables(const { SUB_GRAPH.slot("tensors") })
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
