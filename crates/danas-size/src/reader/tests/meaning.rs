//! Tests of files that are refused for what they say: their versions, shapes, lengths and indices.

use super::{
    refused,
    sketch::{
        Value::{Byte, Long, Table, Tables, Word, Words},
        file, text,
    },
    with,
};
use crate::reader::{Item, OperatorName, Place, ReadError, TfliteFile};

fn tensor(index: usize, name: &str) -> Place {
    Place::Tensor { subgraph: 0, index, name: name.to_owned() }
}

fn add() -> Place {
    Place::Operator { subgraph: 0, index: 0, name: "ADD".to_owned() }
}

#[test]
fn options_behind_the_end_are_refused() {
    let options = |offset| {
        let size = ("large_custom_options_size", Long(100));
        with("subgraphs/0/operators/0", vec![("large_custom_options_offset", Long(offset)), size])
    };
    let file = options(1).len();
    assert!(TfliteFile::read(&options(1)).is_ok(), "1 means none");
    assert!(TfliteFile::read(&options(file as u64 - 100)).is_ok());
    let offset = file as u64;
    let error = ReadError::DataOutside { place: add(), offset, size: 100, file };
    assert_eq!(refused(&options(offset)), error);
}

#[test]
fn a_constant_is_no_shorter_than_its_shape_and_type_say() {
    let length = |values| TfliteFile::read(&with("subgraphs/0/tensors/1", values)).err();
    let error = |expected| {
        let place = tensor(1, "constant");
        Some(ReadError::DataLength { place, expected, buffer: 1, found: 16 })
    };
    let shape = |sizes: &[i32]| ("shape", Words(sizes.to_vec()));
    assert_eq!(length(vec![shape(&[5])]), error(20));
    assert_eq!(length(vec![("type", Byte(17)), shape(&[31])]), None, "four bits, rounded up");
    assert_eq!(length(vec![("type", Byte(17)), shape(&[33])]), error(17));
    assert_eq!(length(vec![("type", Byte(19)), shape(&[64])]), None, "two bits");
    assert_eq!(length(vec![("type", Byte(5)), shape(&[2])]), None, "strings");
    assert_eq!(length(vec![("type", Byte(100))]), None, "of a newer schema");
    assert_eq!(length(vec![("sparsity", Table(vec![])), shape(&[99])]), None, "sparse");
}

#[test]
fn surplus_bytes_of_a_constant_are_reported_and_left_out() {
    let shape = |sizes: &[i32]| ("shape", Words(sizes.to_vec()));
    for (values, data, surplus) in [
        (vec![], 16, 0),
        (vec![shape(&[])], 4, 12),
        (vec![shape(&[0, 4])], 0, 16),
        (vec![("type", Byte(9))], 4, 12),
        (vec![("sparsity", Table(vec![])), shape(&[1])], 16, 0),
        (vec![("type", Byte(5)), shape(&[2])], 16, 0),
    ] {
        let bytes = with("subgraphs/0/tensors/1", values);
        let file = TfliteFile::read(&bytes).unwrap();
        let constant = file.subgraph(0).unwrap().tensors().nth(1).unwrap();
        assert_eq!((constant.data().len(), constant.surplus()), (data, surplus));
        assert_eq!(file.sizes().constants.get(), 16);
    }
}

#[test]
fn shapes_that_cannot_be_are_refused() {
    let shape = |sizes: &[i32]| {
        refused(&with("subgraphs/0/tensors/0", vec![("shape", Words(sizes.to_vec()))]))
    };
    let place = || tensor(0, "given");
    let error = ReadError::NegativeDimension { place: place(), dimension: 1, size: -4 };
    assert_eq!(shape(&[1, -4]), error);
    assert_eq!(
        error.to_string(),
        "tensor 0 \"given\" of subgraph 0 has size -4 in dimension 1; sizes cannot be negative"
    );
    assert_eq!(shape(&[i32::MAX; 3]), ReadError::ShapeOverflow { place: place() });
    let bits = shape(&[i32::MAX, i32::MAX, 2]); // the elements can be counted, their bits cannot
    assert_eq!(bits, ReadError::ShapeOverflow { place: place() });
}

#[test]
fn numbers_of_what_is_not_there_are_refused() {
    let graph = "subgraphs/0";
    let operator = "subgraphs/0/operators/0";
    let entry = "signature_defs/0/outputs/0";
    let note = Place::Metadata { index: 0, name: "note".to_owned() };
    let signature = || Place::Signature { index: 0, key: "add".to_owned() };
    let nameless = Place::Operator { subgraph: 0, index: 0, name: String::new() };
    let cases = [
        (graph, ("inputs", Words(vec![-1])), Place::Subgraph(0), Item::Tensor, -1, 3),
        (graph, ("outputs", Words(vec![2, 3])), Place::Subgraph(0), Item::Tensor, 3, 3),
        (operator, ("inputs", Words(vec![-2])), add(), Item::Tensor, -2, 3),
        (operator, ("outputs", Words(vec![3])), add(), Item::Tensor, 3, 3),
        (operator, ("intermediates", Words(vec![4])), add(), Item::Tensor, 4, 3),
        (operator, ("opcode_index", Word(1)), nameless, Item::OperatorCode, 1, 1),
        ("subgraphs/0/tensors/2", ("buffer", Word(2)), tensor(2, "sum"), Item::Buffer, 2, 2),
        ("metadata/0", ("buffer", Word(u32::MAX)), note, Item::Buffer, u32::MAX.into(), 2),
        ("signature_defs/0", ("subgraph_index", Word(1)), signature(), Item::Subgraph, 1, 1),
        (entry, ("tensor_index", Word(3)), signature(), Item::Tensor, 3, 3),
    ];
    for (path, value, place, item, index, count) in cases {
        let error = refused(&with(path, vec![value]));
        assert_eq!(error, ReadError::OutOfRange { place, item, index, count }, "{path}");
    }
    let error = refused(&with(operator, vec![("inputs", Words(vec![-2]))]));
    assert_eq!(
        error.to_string(),
        "operator 0 ADD of subgraph 0 refers to tensor -2, but there are 3, counted from 0"
    );
}

#[test]
fn other_files_are_refused() {
    assert_eq!(refused(&[]), ReadError::NotTflite);
    assert_eq!(refused(b"\x08\0\0\0TFL2"), ReadError::NotTflite);
    assert_eq!(refused(&with("", vec![("version", Word(2))])), ReadError::Version { version: 2 });
    assert_eq!(refused(&file(vec![])), ReadError::Version { version: 0 });
    assert_eq!(refused(&with("", vec![("subgraphs", Tables(vec![]))])), ReadError::NoSubgraph);
}

#[test]
fn names_cannot_upset_a_terminal() {
    let values = vec![("name", text("\x1b[31m")), ("shape", Words(vec![-1]))];
    let error = refused(&with("subgraphs/0/tensors/0", values)).to_string();
    assert!(!error.contains('\x1b'), "{error:?}");
    assert_eq!(OperatorName::Custom("\x07").to_string(), "\\u{7}");
}
