//! Tests of whole files: which error refuses them, and what can be read from them.

mod sketch;

use sketch::{
    Fields,
    Value::{Byte, Bytes, Long, Longs, Same, Table, Tables, Union, Word, Words},
    file, locate, text,
};

use super::{
    ElementType, Fault, Item, OperatorName, Place, ReadError, TfliteFile, flatbuffer,
    schema::{Kind, OPERATOR},
};

/// Returns a model of one addition, which adds a constant of four floats to its input.
fn addition() -> Fields {
    let tensor = |name, buffer| {
        vec![("shape", Words(vec![1, 4])), ("name", text(name)), ("buffer", Word(buffer))]
    };
    let operator = vec![
        ("inputs", Words(vec![0, 1])),
        ("outputs", Words(vec![2])),
        ("builtin_options", Union(11, vec![("pot_scale_int16", Byte(0))])),
    ];
    let subgraph = vec![
        ("tensors", Tables(vec![tensor("given", 0), tensor("constant", 1), tensor("sum", 0)])),
        ("inputs", Words(vec![0])),
        ("outputs", Words(vec![2])),
        ("operators", Tables(vec![operator])),
        ("name", text("main")),
    ];
    let signature = vec![
        ("signature_key", text("add")),
        ("outputs", Tables(vec![vec![("name", text("total")), ("tensor_index", Word(2))]])),
    ];
    vec![
        ("version", Word(3)),
        ("operator_codes", Tables(vec![vec![("version", Word(2))]])),
        ("subgraphs", Tables(vec![subgraph])),
        ("description", text("by hand")),
        ("buffers", Tables(vec![vec![], vec![("data", Bytes(vec![7; 16]))]])),
        ("metadata", Tables(vec![vec![("name", text("note")), ("buffer", Word(1))]])),
        ("signature_defs", Tables(vec![signature])),
    ]
}

/// Returns the addition with other values for some fields of one of its tables.
fn with(path: &str, values: Fields) -> Vec<u8> {
    fn replace(fields: &mut Fields, path: &[&str], values: Fields) {
        let [name, index, rest @ ..] = path else {
            fields.retain(|(known, _)| values.iter().all(|(name, _)| name != known));
            return fields.extend(values);
        };
        let field = fields.iter_mut().find(|(known, _)| known == name);
        let Some((_, Tables(tables))) = field else { panic!("no tables {name}") };
        replace(&mut tables[index.parse::<usize>().unwrap()], rest, values);
    }
    let mut model = addition();
    let path: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    replace(&mut model, &path, values);
    file(model)
}

fn refused(file: &[u8]) -> ReadError {
    TfliteFile::read(file).unwrap_err()
}

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

fn tensor(index: usize, name: &str) -> Place {
    Place::Tensor { subgraph: 0, index, name: name.to_owned() }
}

fn add() -> Place {
    Place::Operator { subgraph: 0, index: 0, name: "ADD".to_owned() }
}

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
fn a_constant_is_as_long_as_its_shape_and_type_say() {
    let length = |values| TfliteFile::read(&with("subgraphs/0/tensors/1", values)).err();
    let error = |expected| {
        let place = tensor(1, "constant");
        Some(ReadError::DataLength { place, expected, buffer: 1, found: 16 })
    };
    let shape = |sizes: &[i32]| ("shape", Words(sizes.to_vec()));
    assert_eq!(length(vec![shape(&[5])]), error(20));
    assert_eq!(length(vec![shape(&[])]), error(4));
    assert_eq!(length(vec![shape(&[0, 4])]), error(0));
    assert_eq!(length(vec![("type", Byte(9))]), error(4));
    assert_eq!(length(vec![("type", Byte(17)), shape(&[31])]), None, "four bits, rounded up");
    assert_eq!(length(vec![("type", Byte(17)), shape(&[33])]), error(17));
    assert_eq!(length(vec![("type", Byte(19)), shape(&[64])]), None, "two bits");
    assert_eq!(length(vec![("type", Byte(5)), shape(&[2])]), None, "strings");
    assert_eq!(length(vec![("type", Byte(100))]), None, "of a newer schema");
    assert_eq!(length(vec![("sparsity", Table(vec![])), shape(&[99])]), None, "sparse");
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

#[test]
fn names_cannot_upset_a_terminal() {
    let values = vec![("name", text("\x1b[31m")), ("shape", Words(vec![-1]))];
    let error = refused(&with("subgraphs/0/tensors/0", values)).to_string();
    assert!(!error.contains('\x1b'), "{error:?}");
    assert_eq!(OperatorName::Custom("\x07").to_string(), "\\u{7}");
}
