//! Tests of whole files: which error refuses them, and what can be read from them.

mod contents;
mod encoding;
mod meaning;
mod sketch;

use sketch::{
    Fields,
    Value::{Byte, Bytes, Tables, Union, Word, Words},
    file, text,
};

use super::{ReadError, TfliteFile};

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
