//! Tests of what can be read from a file.

use super::{
    addition, refused,
    sketch::{
        Value::{Byte, Bytes, Long, Longs, Table, Word, Words},
        file, text,
    },
    with,
};
use crate::reader::{ElementType, Place, ReadError, TfliteFile};

#[test]
fn everything_is_told() {
    let bytes = file(addition());
    let file = TfliteFile::read(&bytes).unwrap();
    assert_eq!((file.version(), file.description()), (3, Some("by hand")));
    let graph = file.subgraph(0).unwrap();
    assert_eq!((graph.name(), file.subgraphs().len(), graph.tensors().len()), (Some("main"), 1, 3));
    let constant = graph.tensor_named("constant").unwrap();
    assert_eq!(graph.tensor(1), Some(constant));
    assert_eq!((constant.data(), constant.buffer(), constant.elements()), (&[7; 16][..], 1, 4));
    assert_eq!(
        (constant.element(), constant.shape().collect()),
        (ElementType::Float32, vec![1, 4])
    );
    assert_eq!(graph.tensor_named("nothing"), None);
    let add = graph.operators().next().unwrap();
    assert_eq!((add.name().as_str(), add.version()), (Some("ADD"), 2));
    assert_eq!(add.inputs().collect::<Vec<_>>(), [graph.tensor(0), Some(constant)]);
    assert_eq!(add.outputs().flatten().next(), graph.outputs().next());
    assert_eq!(graph.inputs().next().unwrap().data(), []);
    let signature = file.signatures().next().unwrap();
    assert_eq!((signature.key(), signature.subgraph()), ("add", Some(graph)));
    assert_eq!(signature.outputs().next(), Some(("total", graph.tensor(2).unwrap())));
    assert_eq!(signature.inputs().next(), None);
    let note = file.metadata().next().unwrap();
    assert_eq!((note.name, note.data), ("note", &[7; 16][..]));
}

#[test]
fn a_buffer_of_a_tensor_and_of_metadata_counts_once() {
    let bytes = file(addition());
    let sizes = TfliteFile::read(&bytes).unwrap().sizes();
    assert_eq!((sizes.constants.get(), sizes.metadata.get()), (16, 0));
    assert_eq!(sizes.file.get(), bytes.len() as u64);
    assert_eq!(sizes.structure.get(), bytes.len() as u64 - 16);
}

#[test]
fn integers_have_scales_and_zero_points() {
    let scales = [0.5_f32, 2.0];
    let quantization = vec![
        ("scale", Words(scales.map(|scale| scale.to_bits().cast_signed()).to_vec())),
        ("zero_point", Longs(vec![-128, 1 << 40])),
        ("quantized_dimension", Word(1)),
    ];
    let values = vec![("type", Byte(9)), ("quantization", Table(quantization))];
    let bytes = with("subgraphs/0/tensors/0", values);
    let file = TfliteFile::read(&bytes).unwrap();
    let tensor = file.subgraph(0).unwrap().tensor(0).unwrap();
    assert_eq!(tensor.element(), ElementType::Int8);
    assert_eq!(tensor.scales().collect::<Vec<_>>(), scales);
    assert_eq!(tensor.zero_points().collect::<Vec<_>>(), [-128, 1 << 40]);
    assert_eq!(tensor.quantized_dimension(), 1);
    let other = file.subgraph(0).unwrap().tensor(1).unwrap();
    assert_eq!((other.scales().len(), other.zero_points().len()), (0, 0));
}

#[test]
fn a_code_is_the_larger_of_the_old_and_the_new_one() {
    let name = |values| {
        let bytes = with("operator_codes/0", values);
        let file = TfliteFile::read(&bytes).unwrap();
        file.subgraph(0).unwrap().operators().next().unwrap().name().to_string()
    };
    assert_eq!(name(vec![("deprecated_builtin_code", Byte(3))]), "CONV_2D");
    assert_eq!(name(vec![("builtin_code", Word(3))]), "CONV_2D");
    let placeholder = ("deprecated_builtin_code", Byte(127));
    assert_eq!(name(vec![placeholder, ("builtin_code", Word(150))]), "GELU");
    assert_eq!(name(vec![("builtin_code", Word(9999))]), "operator code 9999");
    assert_eq!(name(vec![("builtin_code", Word(32)), ("custom_code", text("Mine\n"))]), "Mine\\n");
}

#[test]
fn an_optional_input_may_be_left_out() {
    let bytes = with("subgraphs/0/operators/0", vec![("inputs", Words(vec![0, -1]))]);
    let file = TfliteFile::read(&bytes).unwrap();
    let operator = file.subgraph(0).unwrap().operators().next().unwrap();
    assert_eq!(operator.inputs().map(|input| input.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn data_may_lie_behind_the_flatbuffer() {
    let outside = |offset, size| {
        with(
            "buffers/1",
            vec![("data", Bytes(vec![])), ("offset", Long(offset)), ("size", Long(size))],
        )
    };
    let length = outside(0, 0).len() as u64;
    let mut bytes = outside(length, 16);
    bytes.extend([9; 16]);
    let file = TfliteFile::read(&bytes).unwrap();
    assert_eq!(file.subgraph(0).unwrap().tensor(1).unwrap().data(), [9; 16]);
    assert_eq!(file.sizes().constants.get(), 16);
    assert_eq!(file.sizes().structure.get(), length);
    for (offset, size) in [(length, 17), (length + 1, 16), (u64::MAX, 16), (16, u64::MAX)] {
        let mut bytes = outside(offset, size);
        bytes.extend([9; 16]);
        let place = Place::Buffer(1);
        let error = ReadError::DataOutside { place, offset, size, file: bytes.len() };
        assert_eq!(refused(&bytes), error);
    }
    let none = outside(1, u64::MAX); // a placeholder that writers use
    assert!(TfliteFile::read(&none).is_ok());
}
