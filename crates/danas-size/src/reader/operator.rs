//! An operator of a graph.

use super::{
    file::TfliteFile,
    flatbuffer::{Numbers, Table},
    operator_name::OperatorName,
    schema::{OPERATOR, OPERATOR_CODE},
    subgraph::Subgraph,
    tensor::Tensor,
};

/// An operator: one step of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator<'a> {
    file: TfliteFile<'a>,
    graph: Subgraph<'a>,
    table: Table<'a>,
}

impl<'a> Subgraph<'a> {
    /// Returns its operators, in the order in which they run.
    pub fn operators(&self) -> impl ExactSizeIterator<Item = Operator<'a>> + Clone + use<'a> {
        let (file, graph) = (self.file(), *self);
        graph.operator_tables().iter().map(move |table| Operator::new(file, graph, table))
    }
}

impl<'a> Operator<'a> {
    fn new(file: TfliteFile<'a>, graph: Subgraph<'a>, table: Table<'a>) -> Self {
        Self { file, graph, table }
    }

    /// Returns the name of its kind.
    #[must_use]
    pub fn name(&self) -> OperatorName<'a> {
        let Some(kind) = self.kind() else { return OperatorName::Unknown(-1) };
        // Codes used to be bytes. For a code beyond 126, the old field has a placeholder, which is
        // never larger than the code.
        let old: Option<i8> = kind.number(const { OPERATOR_CODE.slot("deprecated_builtin_code") });
        let new: Option<i32> = kind.number(const { OPERATOR_CODE.slot("builtin_code") });
        let code = new.unwrap_or(0).max(old.unwrap_or(0).into());
        OperatorName::of(code, kind.text(const { OPERATOR_CODE.slot("custom_code") }))
    }

    /// Returns the version of its kind that an interpreter must support.
    #[must_use]
    pub fn version(&self) -> i32 {
        let slot = const { OPERATOR_CODE.slot("version") };
        self.kind().and_then(|kind| kind.number(slot)).unwrap_or(1)
    }

    /// Returns its inputs, with `None` for an optional input that is left out.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = Option<Tensor<'a>>> + Clone + use<'a> {
        self.numbered(self.numbers(const { OPERATOR.slot("inputs") }))
    }

    /// Returns its outputs, with `None` for one that is left out.
    pub fn outputs(&self) -> impl ExactSizeIterator<Item = Option<Tensor<'a>>> + Clone + use<'a> {
        self.numbered(self.numbers(const { OPERATOR.slot("outputs") }))
    }

    /// Returns the indices of all tensors that it uses, with -1 for one that is left out.
    pub(super) fn tensor_numbers(self) -> impl Iterator<Item = i32> {
        let slots = const {
            [OPERATOR.slot("inputs"), OPERATOR.slot("outputs"), OPERATOR.slot("intermediates")]
        };
        slots.into_iter().flat_map(move |slot| self.numbers(slot).iter())
    }

    /// Returns the index of its kind in the file's list of operator codes.
    pub(super) fn kind_number(self) -> u32 {
        self.table.number(const { OPERATOR.slot("opcode_index") }).unwrap_or(0)
    }

    /// Returns where the options of a custom operator lie in a file beyond 2 GiB, and their length,
    /// both in bytes.
    pub(super) fn large_options(self) -> (u64, u64) {
        let number = |slot| self.table.number(slot).unwrap_or(0);
        let offset = number(const { OPERATOR.slot("large_custom_options_offset") });
        (offset, number(const { OPERATOR.slot("large_custom_options_size") }))
    }

    fn kind(self) -> Option<Table<'a>> {
        self.file.operator_codes().get(self.kind_number() as usize)
    }

    fn numbers(self, slot: usize) -> Numbers<'a, i32> {
        self.table.numbers(slot)
    }

    fn numbered(
        self,
        numbers: Numbers<'a, i32>,
    ) -> impl ExactSizeIterator<Item = Option<Tensor<'a>>> + Clone + use<'a> {
        let graph = self.graph;
        numbers.iter().map(move |index| graph.tensor(usize::try_from(index).ok()?))
    }
}
