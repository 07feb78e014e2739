//! The encoder: a clip becomes frames. It is run layer by layer, so that an encoding of many seconds can let others go
//! first between two layers.

use rten::{Model, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::NdTensor;

use super::LAYERS;
use crate::speech::{
    RunError,
    models::{LoadError, ModelFiles, load_packed_model},
    workers::Checkpoint,
};

/// Names of the values between the parts, as the exporter gives them: after the second and third convolution, and the
/// two tables of positions that every layer reads.
const CONVOLVED_TWICE: &str = "/Mul_1_output_0";
const CONVOLVED: &str = "/Mul_3_output_0";
const POSITIONS: [&str; 2] = ["/layers.0/self_attn/Unsqueeze_4_output_0", "/layers.0/self_attn/Unsqueeze_5_output_0"];

pub struct Encoder {
    model: Model,
    input: NodeId,
    parts: Vec<Part>,
}

/// What a part reads, and what it makes. The last value that the last part makes are the frames.
struct Part {
    reads: Vec<NodeId>,
    makes: Vec<NodeId>,
}

impl Encoder {
    pub fn load(files: &ModelFiles) -> Result<Self, LoadError> {
        let model = load_packed_model(&files.encoder)?;
        let unfit = |reason: String| LoadError::Unfit { path: files.encoder.clone(), reason };
        let node = |name: &str| model.find_node(name).ok_or_else(|| unfit(format!("it has no `{name}`")));
        let only = |ids: &[NodeId]| ids.first().copied().ok_or_else(|| unfit("it has no input or output".to_owned()));
        let (input, output) = (only(model.input_ids())?, only(model.output_ids())?);
        let positions = [node(POSITIONS[0])?, node(POSITIONS[1])?];
        let (convolved_twice, convolved) = (node(CONVOLVED_TWICE)?, node(CONVOLVED)?);
        let mut parts = vec![
            Part { reads: vec![input], makes: vec![convolved_twice] },
            Part { reads: vec![convolved_twice], makes: vec![convolved] },
        ];
        let mut reads = vec![convolved];
        for layer in 0..LAYERS {
            let after = node(&format!("/layers.{layer}/Add_1_output_0"))?;
            // The first layer makes the tables.
            let makes = if layer == 0 { vec![positions[0], positions[1], after] } else { vec![after] };
            parts.push(Part { reads, makes });
            reads = vec![positions[0], positions[1], after];
        }
        parts.push(Part { reads: reads.split_off(2), makes: vec![output] });
        Ok(Self { model, input, parts })
    }

    /// The frames of a clip at 16 kHz.
    pub fn run(&self, clip: Vec<f32>, options: &RunOptions, checkpoint: &Checkpoint<'_>) -> Result<Value, RunError> {
        let failed = |reason: &dyn std::fmt::Display| RunError::model("recognition", "encode", reason);
        let mut values: Vec<(NodeId, Value)> = vec![(self.input, NdTensor::from_data([1, clip.len()], clip).into())];
        for part in &self.parts {
            checkpoint.pass()?;
            // Nothing else is read again.
            values.retain(|(id, _)| part.reads.contains(id));
            let reads = values.iter().map(|(id, value)| (*id, ValueOrView::from(value))).collect();
            let made = self.model.run(reads, &part.makes, Some(options.clone())).map_err(|error| failed(&error))?;
            values.extend(part.makes.iter().copied().zip(made));
        }
        values.pop().map(|(_, frames)| frames).ok_or_else(|| failed(&"no frames came out"))
    }
}
