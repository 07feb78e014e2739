//! The weights as they lie in the model's file: constants of one of two networks, for 16 kHz and for 8 kHz.

use std::collections::HashMap;

use rten_onnx::onnx::{DataType, ModelProto, TensorProto};

/// Why a file is not this network.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    #[error("it is not an ONNX file: {0}")]
    NotOnnx(String),
    #[error("it has no branch for 16 kHz")]
    NoBranch,
    #[error("it has no `{0}`")]
    Missing(String),
    #[error("its `{name}` has the wrong shape or type: {dims:?}")]
    Shape { name: String, dims: Vec<i64> },
}

/// The tensors of one network, by name.
pub struct Weights(HashMap<String, TensorProto>);

impl Weights {
    /// Of the branch of the file's one condition.
    pub fn of_branch(file: &[u8], branch: &str) -> Result<Self, WeightsError> {
        let model = ModelProto::parse_buf(file).map_err(|error| WeightsError::NotOnnx(error.to_string()))?;
        let nodes = model.graph.into_iter().flat_map(|graph| graph.node);
        let attributes = nodes.filter(|node| node.op_type.as_deref() == Some("If")).flat_map(|node| node.attribute);
        let mut branches = attributes.filter(|attribute| attribute.name.as_deref() == Some(branch));
        let nodes = branches.next().and_then(|branch| branch.g).ok_or(WeightsError::NoBranch)?.node;
        let constants = nodes.into_iter().flat_map(|node| node.attribute).filter_map(|attribute| attribute.t);
        Ok(Self(constants.filter_map(|tensor| Some((tensor.name.clone()?, tensor))).collect()))
    }

    /// The values of a tensor that must have this shape.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let tensor = self.0.get(name).ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        let bytes = tensor.raw_data.as_ref().map(std::cell::RefCell::borrow);
        let values: Vec<f32> = bytes
            .iter()
            .flat_map(|bytes| bytes.chunks_exact(4))
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        let is_of_shape =
            tensor.dims.iter().map(|&dim| usize::try_from(dim).ok()).eq(shape.iter().map(|&dim| Some(dim)));
        let is_whole = values.len() == shape.iter().product() && tensor.data_type == Some(DataType::FLOAT);
        if is_of_shape && is_whole {
            Ok(values)
        } else {
            Err(WeightsError::Shape { name: name.to_owned(), dims: tensor.dims.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_network_is_refused_by_name() {
        for junk in [&[][..], &[0xFF; 9], b"not a model"] {
            assert!(Weights::of_branch(junk, "then_branch").is_err(), "{junk:?}");
        }
        let flat = TensorProto { dims: vec![3], data_type: Some(DataType::FLOAT), ..TensorProto::default() };
        let weights = Weights([("bias".to_owned(), flat)].into());
        assert!(matches!(weights.tensor("weight", &[3]), Err(WeightsError::Missing(name)) if name == "weight"));
        assert!(matches!(weights.tensor("bias", &[3]), Err(WeightsError::Shape { .. })), "it has no values");
    }
}
