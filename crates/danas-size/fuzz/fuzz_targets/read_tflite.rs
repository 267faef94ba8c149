//! Checks that any file is either refused with an error, or read with consistent results.
//!
//! ```text
//! cargo install cargo-fuzz
//! cd crates/danas-size
//! cargo fuzz run read_tflite fuzz/corpus/read_tflite tests/fixtures -- -max_len=20000
//! ```
//!
//! `cargo fuzz` needs a nightly compiler, or `RUSTC_BOOTSTRAP=1`.

#![no_main]

use std::cell::Cell;

use danas_size::{
    TfliteFile,
    reader::{Subgraph, Tensor},
};
use libfuzzer_sys::fuzz_target;

/// The number of parts that are still read. A file may legally refer to a few parts very often, but
/// reading them again checks nothing new.
struct Patience(Cell<usize>);

impl Patience {
    fn lasts(&self) -> bool {
        self.0.set(self.0.get().saturating_sub(1));
        self.0.get() > 0
    }
}

fn walk_tensor(tensor: Tensor<'_>, file: &TfliteFile<'_>) {
    let data = tensor.data();
    assert!(data.len() <= file.bytes().len());
    assert_eq!(tensor.elements(), tensor.shape().map(u64::from).product());
    if let Some(bits) = tensor.element().bits()
        && !data.is_empty()
        && !tensor.is_sparse()
    {
        assert_eq!(data.len() as u64, (tensor.elements() * u64::from(bits)).div_ceil(8));
    }
    assert!(tensor.shape_signature().len() <= file.bytes().len() / 4);
    assert!(tensor.scales().len() <= file.bytes().len() / 4);
    assert!(tensor.zero_points().len() <= file.bytes().len() / 8);
    let _ = (tensor.scales().last(), tensor.zero_points().last(), tensor.shape_signature().last());
    let _ = (tensor.quantized_dimension(), tensor.is_variable(), tensor.element().to_string());
    assert!(data.is_empty() || tensor.buffer() > 0);
}

fn walk_subgraph(subgraph: Subgraph<'_>, file: &TfliteFile<'_>, patience: &Patience) {
    let _ = subgraph.name();
    for tensor in subgraph.tensors().take_while(|_| patience.lasts()) {
        walk_tensor(tensor, file);
    }
    if let Some(last) = subgraph.tensors().last() {
        assert_eq!(subgraph.tensor(subgraph.tensors().len() - 1), Some(last));
        assert!(subgraph.tensor_named(last.name()).is_some());
    }
    assert_eq!(subgraph.tensor(subgraph.tensors().len()), None);
    for tensor in subgraph.inputs().chain(subgraph.outputs()).take_while(|_| patience.lasts()) {
        walk_tensor(tensor, file);
    }
    for operator in subgraph.operators() {
        let _ = (operator.name().to_string(), operator.name().as_str(), operator.version());
        let tensors = operator.inputs().chain(operator.outputs());
        for tensor in tensors.take_while(|_| patience.lasts()).flatten() {
            let _ = tensor.name();
        }
        if !patience.lasts() {
            return;
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let file = match TfliteFile::read(bytes) {
        Ok(file) => file,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let patience = &Patience(Cell::new(100_000));
    assert_eq!((file.version(), file.bytes()), (3, bytes));
    assert!(file.subgraph(0).is_some() && file.subgraph(file.subgraphs().len()).is_none());
    let _ = file.description();
    for subgraph in file.subgraphs().take_while(|_| patience.lasts()) {
        walk_subgraph(subgraph, &file, patience);
    }
    for entry in file.metadata().take_while(|_| patience.lasts()) {
        assert!(entry.name.len() + entry.data.len() <= bytes.len());
    }
    for signature in file.signatures().take_while(|_| patience.lasts()) {
        assert!(signature.subgraph().is_some() && signature.key().len() <= bytes.len());
        for (name, tensor) in signature.inputs().chain(signature.outputs()) {
            let _ = (name, tensor.element());
        }
    }
    let sizes = file.sizes();
    let parts = sizes.constants.get() + sizes.metadata.get() + sizes.structure.get();
    assert_eq!(sizes.file.get(), bytes.len() as u64);
    assert_eq!(parts, sizes.file.get());
});
