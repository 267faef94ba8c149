//! Checks that the parts of a valid flatbuffer make a valid model.

use super::{
    Item, Operator, Place, ReadError, Signature, Subgraph, Tensor, TfliteFile,
    file::{buffer_extent, metadata_buffer},
};
use crate::schema::SCHEMA_VERSION;

/// Index that stands for an optional tensor that is left out.
const ABSENT: i32 = -1;

pub(super) fn check(file: &TfliteFile<'_>) -> Result<(), ReadError> {
    if file.version() != SCHEMA_VERSION {
        return Err(ReadError::Version { version: file.version() });
    }
    if file.subgraphs().len() == 0 {
        return Err(ReadError::NoSubgraph);
    }
    for (index, buffer) in file.buffers().iter().enumerate() {
        inside(file, buffer_extent(buffer), || Place::Buffer(index))?;
    }
    for (index, entry) in file.metadata_tables().iter().enumerate() {
        let name = || file.metadata().nth(index).map_or("", |entry| entry.name).to_owned();
        let place = || Place::Metadata { index, name: name() };
        in_range(metadata_buffer(entry), Item::Buffer, file.buffers().len(), place)?;
    }
    for (index, subgraph) in file.subgraphs().enumerate() {
        check_subgraph(file, subgraph, index)?;
    }
    for (index, signature) in file.signatures().enumerate() {
        check_signature(file, signature, index)?;
    }
    Ok(())
}

/// Checks that an index is below `count`.
fn in_range(
    index: impl Into<i64>,
    item: Item,
    count: usize,
    place: impl Fn() -> Place,
) -> Result<(), ReadError> {
    let index = index.into();
    match usize::try_from(index) {
        Ok(known) if known < count => Ok(()),
        _ => Err(ReadError::OutOfRange { place: place(), item, index, count }),
    }
}

/// Checks that data lies within the file.
fn inside(
    file: &TfliteFile<'_>,
    (offset, size): (u64, u64),
    place: impl Fn() -> Place,
) -> Result<(), ReadError> {
    let length = file.bytes().len();
    match offset.checked_add(size) {
        Some(end) if end <= length as u64 => Ok(()),
        _ => Err(ReadError::DataOutside { place: place(), offset, size, file: length }),
    }
}

fn check_subgraph(
    file: &TfliteFile<'_>,
    subgraph: Subgraph<'_>,
    number: usize,
) -> Result<(), ReadError> {
    let tensors = subgraph.tensor_tables().len();
    for index in subgraph.input_numbers().iter().chain(subgraph.output_numbers().iter()) {
        in_range(index, Item::Tensor, tensors, || Place::Subgraph(number))?;
    }
    for (index, tensor) in subgraph.tensors().enumerate() {
        let name = || tensor.name().to_owned();
        check_tensor(file, tensor, || Place::Tensor { subgraph: number, index, name: name() })?;
    }
    for (index, operator) in subgraph.operators().enumerate() {
        let place = |name| Place::Operator { subgraph: number, index, name };
        check_operator(file, operator, tensors, place)?;
    }
    Ok(())
}

fn check_tensor(
    file: &TfliteFile<'_>,
    tensor: Tensor<'_>,
    place: impl Fn() -> Place,
) -> Result<(), ReadError> {
    let mut elements: u64 = 1;
    for (dimension, size) in tensor.dimensions().iter().enumerate() {
        let Ok(count) = u64::try_from(size) else {
            return Err(ReadError::NegativeDimension { place: place(), dimension, size });
        };
        let product = elements.checked_mul(count);
        elements = product.ok_or_else(|| ReadError::ShapeOverflow { place: place() })?;
    }
    let buffer = tensor.buffer();
    in_range(buffer, Item::Buffer, file.buffers().len(), &place)?;
    if tensor.element().bits().is_some_and(|bits| elements.checked_mul(bits.into()).is_none()) {
        return Err(ReadError::ShapeOverflow { place: place() });
    }
    let found = tensor.whole_buffer().len() as u64;
    match tensor.needed_bytes() {
        // Surplus bytes are harmless: `Tensor::surplus` reports them.
        Some(expected) if found != 0 && found < expected => {
            Err(ReadError::DataLength { place: place(), expected, buffer, found })
        }
        _ => Ok(()),
    }
}

fn check_operator(
    file: &TfliteFile<'_>,
    operator: Operator<'_>,
    tensors: usize,
    place: impl Fn(String) -> Place,
) -> Result<(), ReadError> {
    let (kind, kinds) = (operator.kind_number(), file.operator_codes().len());
    in_range(kind, Item::OperatorCode, kinds, || place(String::new()))?;
    let place = || place(operator.name().to_string());
    for index in operator.tensor_numbers().filter(|&index| index != ABSENT) {
        in_range(index, Item::Tensor, tensors, place)?;
    }
    match operator.large_options() {
        (0 | 1, _) => Ok(()), // no large options
        options => inside(file, options, place),
    }
}

fn check_signature(
    file: &TfliteFile<'_>,
    signature: Signature<'_>,
    index: usize,
) -> Result<(), ReadError> {
    let place = || Place::Signature { index, key: signature.key().to_owned() };
    in_range(signature.subgraph_number(), Item::Subgraph, file.subgraphs().len(), place)?;
    let tensors = signature.subgraph().map_or(0, |subgraph| subgraph.tensor_tables().len());
    for tensor in signature.tensor_numbers() {
        in_range(tensor, Item::Tensor, tensors, place)?;
    }
    Ok(())
}
