//! A function of a model that can be called by name.

use super::{
    file::TfliteFile,
    flatbuffer::{Table, Tables},
    schema::{SIGNATURE_DEF, TENSOR_MAP},
    subgraph::Subgraph,
    tensor::Tensor,
};

/// A graph with names for its inputs and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    file: TfliteFile<'a>,
    table: Table<'a>,
}

impl<'a> TfliteFile<'a> {
    /// Returns the functions of the model that can be called by name.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = Signature<'a>> + Clone + use<'a> {
        let file = *self;
        file.signature_tables().iter().map(move |table| Signature::new(file, table))
    }
}

impl<'a> Signature<'a> {
    fn new(file: TfliteFile<'a>, table: Table<'a>) -> Self {
        Self { file, table }
    }

    /// Returns its name, such as `serving_default`, which is empty if it has none.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.table.text(const { SIGNATURE_DEF.slot("signature_key") }).unwrap_or_default()
    }

    /// Returns the graph that it calls.
    #[must_use]
    pub fn subgraph(&self) -> Option<Subgraph<'a>> {
        self.file.subgraph(self.subgraph_number() as usize)
    }

    /// Returns the names of its inputs, and their tensors.
    pub fn inputs(&self) -> impl Iterator<Item = (&'a str, Tensor<'a>)> + Clone + use<'a> {
        self.named(self.tables(const { SIGNATURE_DEF.slot("inputs") }))
    }

    /// Returns the names of its outputs, and their tensors.
    pub fn outputs(&self) -> impl Iterator<Item = (&'a str, Tensor<'a>)> + Clone + use<'a> {
        self.named(self.tables(const { SIGNATURE_DEF.slot("outputs") }))
    }

    pub(super) fn subgraph_number(self) -> u32 {
        self.table.number(const { SIGNATURE_DEF.slot("subgraph_index") }).unwrap_or(0)
    }

    /// Returns the indices of all tensors that it names.
    pub(super) fn tensor_numbers(self) -> impl Iterator<Item = u32> {
        let slots = const { [SIGNATURE_DEF.slot("inputs"), SIGNATURE_DEF.slot("outputs")] };
        slots.into_iter().flat_map(move |slot| self.tables(slot).iter()).map(tensor_number)
    }

    fn tables(self, slot: usize) -> Tables<'a> {
        self.table.tables(slot)
    }

    fn named(
        self,
        entries: Tables<'a>,
    ) -> impl Iterator<Item = (&'a str, Tensor<'a>)> + Clone + use<'a> {
        let graph = self.subgraph();
        entries.iter().filter_map(move |entry| {
            let name = entry.text(const { TENSOR_MAP.slot("name") }).unwrap_or_default();
            Some((name, graph?.tensor(tensor_number(entry) as usize)?))
        })
    }
}

fn tensor_number(entry: Table<'_>) -> u32 {
    entry.number(const { TENSOR_MAP.slot("tensor_index") }).unwrap_or(0)
}
