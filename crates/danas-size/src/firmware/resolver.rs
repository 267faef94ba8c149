//! The operators of a model, for TensorFlow Lite Micro's resolver.

use std::fmt::Write;

use super::{CArrayError, checked};
use crate::{operator::OperatorCost, operator_kind::OperatorKind};

/// Returns a C++ header with a function that adds exactly the operators of a model to a resolver of
/// TensorFlow Lite Micro, `NAME_add_operators`, and the type of such a resolver, `NAME_resolver`.
/// Firmware then contains no kernels that the model does not use.
///
/// ```
/// use danas_size::{Converter, resolver_header};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5R")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let header = resolver_header("keyword", &Converter::default().operators(&network)?)?;
/// assert!(header.contains("using keyword_resolver = tflite::MicroMutableOpResolver<4>;"));
/// assert!(header.contains("resolver.AddConv2D()"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CArrayError::Name`] if `name` is not a letter followed by letters, digits and underscores.
pub fn resolver_header(name: &str, operators: &[OperatorCost]) -> Result<String, CArrayError> {
    checked(name)?;
    let mut kinds: Vec<OperatorKind> = Vec::new();
    for operator in operators {
        if !kinds.contains(&operator.kind) {
            kinds.push(operator.kind);
        }
    }
    let guard = format!("{}_RESOLVER_H_", name.to_uppercase());
    let mut header = format!(
        "#ifndef {guard}\n\
         #define {guard}\n\n\
         #include \"tensorflow/lite/micro/micro_mutable_op_resolver.h\"\n\n\
         // A resolver with room for the operators of the model, and for no others.\n\
         using {name}_resolver = tflite::MicroMutableOpResolver<{}>;\n\n\
         // Adds the operators of the model to an empty resolver.\n\
         inline TfLiteStatus {name}_add_operators({name}_resolver& resolver) {{\n",
        kinds.len()
    );
    for kind in kinds {
        // Writing to a string never fails.
        let _ = writeln!(
            header,
            "  if (resolver.{}() != kTfLiteOk) return kTfLiteError;",
            method(kind)
        );
    }
    let _ = write!(header, "  return kTfLiteOk;\n}}\n\n#endif  // {guard}\n");
    Ok(header)
}

/// Returns the method of `MicroMutableOpResolver` that adds a kind of operator.
const fn method(kind: OperatorKind) -> &'static str {
    match kind {
        OperatorKind::Conv2d => "AddConv2D",
        OperatorKind::DepthwiseConv2d => "AddDepthwiseConv2D",
        OperatorKind::FullyConnected => "AddFullyConnected",
        OperatorKind::Logistic => "AddLogistic",
        OperatorKind::MaxPool2d => "AddMaxPool2D",
        OperatorKind::AveragePool2d => "AddAveragePool2D",
        OperatorKind::Mean => "AddMean",
        OperatorKind::Reshape => "AddReshape",
        OperatorKind::Softmax => "AddSoftmax",
        OperatorKind::Shape => "AddShape",
        OperatorKind::StridedSlice => "AddStridedSlice",
        OperatorKind::Pack => "AddPack",
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};

    use super::*;
    use crate::converter::Converter;

    #[test]
    fn each_kind_of_operator_is_added_once() {
        let layers = parse_layers("d4x3S max2 4x3R avg2 4x1S gap").unwrap();
        let network =
            Network::new(Shape::new(30, 20, 2), &Architecture::new(layers, 8).unwrap(), 3);
        let operators = Converter::default().operators(&network.unwrap()).unwrap();
        let header = resolver_header("model", &operators).unwrap();
        let added = header.matches("resolver.Add").count();
        assert_eq!(added, 8);
        assert!(header.contains("MicroMutableOpResolver<8>"));
        for kind in operators.iter().map(|operator| method(operator.kind)) {
            assert_eq!(header.matches(&format!("resolver.{kind}()")).count(), 1, "{kind}");
        }
    }

    #[test]
    fn a_name_that_is_invalid_in_c_is_refused() {
        assert!(matches!(resolver_header("1st", &[]), Err(CArrayError::Name { .. })));
    }
}
