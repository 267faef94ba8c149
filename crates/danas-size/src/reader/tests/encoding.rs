//! Tests of how a file is encoded: invalid flatbuffers, and fields of a newer schema.

use super::{
    addition, refused,
    sketch::{
        Value::{Byte, Longs, Same, Table, Word},
        file, locate, text,
    },
    with,
};
use crate::reader::{
    Fault, ReadError, TfliteFile, flatbuffer,
    schema::{Kind, OPERATOR},
};

/// Returns what is wrong with the addition if `bytes` replace a field, or what is `skip` bytes
/// after the position that the field refers to.
fn malformed(path: &str, skip: Option<usize>, bytes: &[u8]) -> (&'static str, &'static str, Fault) {
    let mut file = file(addition());
    let field = locate(&file, path);
    let at = skip.map_or(field, |skip| flatbuffer::follow(&file, field).unwrap() + skip);
    file[at..at + bytes.len()].copy_from_slice(bytes);
    match refused(&file) {
        ReadError::Malformed { table, field, fault, .. } => (table, field, fault),
        error => panic!("{error}"),
    }
}

#[test]
fn each_fault_is_named() {
    use Fault::*;

    let far = &0x7fff_fff8_u32.to_le_bytes(); // aligned
    let operator = "subgraphs/0/operators/0";
    let options = ("Operator", "builtin_options", UnionMismatch);
    assert_eq!(malformed("description", None, far), ("Model", "description", OutOfBounds));
    assert_eq!(malformed("description", None, &[0; 4]), ("Model", "description", SelfReference));
    assert_eq!(malformed("description", Some(0), &[6]), ("Model", "description", NotTerminated));
    assert_eq!(malformed("description", Some(0), far), ("Model", "description", OutOfBounds));
    assert_eq!(malformed("description", Some(4), &[255]), ("Model", "description", NotUtf8));
    assert_eq!(malformed("subgraphs/0", None, far), ("SubGraph", "vtable", OutOfBounds));
    assert_eq!(malformed("subgraphs/0", Some(0), far), ("SubGraph", "vtable", OutOfBounds));
    assert_eq!(
        malformed(&format!("{operator}/builtin_options_type"), None, &[0]),
        options,
        "a value without a type"
    );
}

#[test]
fn a_union_has_both_a_type_and_a_value_or_none() {
    let details = |number| {
        let quantization = Table(vec![("details_type", Byte(number))]);
        with("subgraphs/0/tensors/0", vec![("quantization", quantization)])
    };
    assert!(TfliteFile::read(&details(0)).is_ok());
    let error = refused(&details(1));
    let ReadError::Malformed { table, field, fault, .. } = error else { panic!("{error}") };
    assert_eq!((table, field), ("QuantizationParameters", "details"));
    assert_eq!(fault, Fault::UnionMismatch);
}

#[test]
fn large_numbers_of_a_vector_are_aligned_to_their_size() {
    let quantization = Table(vec![("zero_point", Longs(vec![1, 2]))]);
    let mut file = with("subgraphs/0/tensors/0", vec![("quantization", quantization)]);
    let reference = locate(&file, "subgraphs/0/tensors/0/quantization/zero_point");
    let vector = flatbuffer::follow(&file, reference).unwrap();
    file[vector + 4..vector + 8].copy_from_slice(&1_u32.to_le_bytes()); // a vector of one item
    assert!(TfliteFile::read(&file).is_ok());
    file[reference] += 4;
    let (table, field) = ("QuantizationParameters", "zero_point");
    let fault = Fault::Unaligned;
    assert_eq!(refused(&file), ReadError::Malformed { table, field, at: reference, fault });
}

#[test]
fn what_is_not_aligned_is_refused() {
    let mut file = file(addition());
    file[0] += 1;
    let error = ReadError::Malformed {
        table: "Model",
        field: "vtable",
        at: usize::from(file[0]),
        fault: Fault::Unaligned,
    };
    assert_eq!(refused(&file), error);
}

#[test]
fn vtables_of_impossible_lengths_are_refused() {
    for length in [0, 2, 3, 25] {
        let mut file = file(addition());
        let table = flatbuffer::follow(&file, 0).unwrap();
        let vtable = table - flatbuffer::number::<i32>(&file, table).unwrap() as usize;
        file[vtable] = length;
        let fault = Fault::VtableLength;
        let error = ReadError::Malformed { table: "Model", field: "vtable", at: table, fault };
        assert_eq!(refused(&file), error, "{length}");
    }
}

#[test]
fn options_of_a_newer_schema_are_not_followed() {
    let mut file = file(addition());
    let path = "subgraphs/0/operators/0/builtin_options";
    let (options, number) = (locate(&file, path), locate(&file, &format!("{path}_type")));
    file[options..options + 4].copy_from_slice(&0x7fff_fff8_u32.to_le_bytes());
    let Kind::Union(known) = OPERATOR.fields[OPERATOR.slot("builtin_options")].kind else {
        panic!("options are a union")
    };
    file[number] = u8::try_from(known.len()).unwrap();
    assert!(matches!(refused(&file), ReadError::Malformed { fault: Fault::OutOfBounds, .. }));
    file[number] += 1;
    assert!(TfliteFile::read(&file).is_ok());
}

#[test]
fn fields_of_a_newer_schema_are_not_followed() {
    let mut file = vec![36, 0, 0, 0, b'T', b'F', b'L', b'3'];
    file.extend([28, 0, 8, 0]); // a vtable of twelve slots
    file.extend([[0; 2]; 11].as_flattened());
    file.extend([4, 0]);
    file.extend([28, 0, 0, 0, 255, 255, 255, 255]);
    assert_eq!(refused(&file), ReadError::Version { version: 0 }, "it is a flatbuffer");
    file[34] = 0; // an absent field does not matter, either
    assert_eq!(refused(&file), ReadError::Version { version: 0 });
}

#[test]
fn deprecated_fields_are_not_followed() {
    let bytes = with("signature_defs/0", vec![("deprecated_tag", Word(u32::MAX))]);
    assert!(TfliteFile::read(&bytes).is_ok());
}

#[test]
fn a_file_of_too_many_tables_is_refused() {
    let file = |count| with("", vec![("buffers", Same(count, vec![]))]);
    assert!(TfliteFile::read(&file(900_000)).is_ok());
    assert_eq!(refused(&file(1_000_000)), ReadError::TooManyTables { limit: 1_000_000 });
}

#[test]
fn a_small_file_cannot_look_like_a_large_one() {
    let entry = || vec![("name", text(&"long ".repeat(1000))), ("buffer", Word(0))];
    let file = |count| with("", vec![("metadata", Same(count, entry()))]);
    assert!(TfliteFile::read(&file(10)).is_ok());
    assert_eq!(refused(&file(100)), ReadError::TooMuchSharing { limit: 16 });
}
