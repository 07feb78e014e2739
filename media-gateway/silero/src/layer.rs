//! The one thing that takes time: many weighted sums of the same inputs.

use rten_simd::{
    Isa, SimdOp,
    ops::{BitOps as _, NumOps as _},
};

/// Vectors of sums that are made side by side, so that the processor need not wait for one of them.
const VECTORS: usize = 4;
/// As many sums as they can be: no processor's vector has more than sixteen.
const GROUP_MAX: usize = VECTORS * 16;

/// A matrix and what is added to its products.
pub struct Layer {
    inputs: usize,
    /// In groups of outputs that are made together, and within them by input: read once, from front to back.
    weights: Vec<f32>,
    /// Of whole groups; what is beyond the outputs is nothing.
    bias: Vec<f32>,
}

impl Layer {
    /// `weight` is asked for each input and output.
    pub fn new(
        inputs: usize,
        outputs: usize,
        weight: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) -> Self {
        let group = Group.dispatch();
        let whole = outputs.next_multiple_of(group);
        let padded = |output: usize, value: &dyn Fn() -> f32| if output < outputs { value() } else { 0.0 };
        let weights = (0..whole).step_by(group).flat_map(|first| {
            let weight = &weight;
            (0..inputs).flat_map(move |input| {
                (first..first + group).map(move |output| padded(output, &|| weight(input, output)))
            })
        });
        Self {
            inputs,
            weights: weights.collect(),
            bias: (0..whole).map(|output| padded(output, &|| bias(output))).collect(),
        }
    }

    /// The outputs for each of several inputs. Each weight is fetched once for all of them.
    pub fn apply<const MOMENTS: usize>(&self, inputs: [&[f32]; MOMENTS], outputs: [&mut [f32]; MOMENTS]) {
        Apply { layer: self, inputs, outputs }.dispatch();
    }
}

/// How many outputs make a group on this processor.
struct Group;

impl SimdOp for Group {
    type Output = usize;

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) -> usize {
        VECTORS * isa.f32().len()
    }
}

struct Apply<'a, const MOMENTS: usize> {
    layer: &'a Layer,
    inputs: [&'a [f32]; MOMENTS],
    outputs: [&'a mut [f32]; MOMENTS],
}

impl<const MOMENTS: usize> SimdOp for Apply<'_, MOMENTS> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let group = VECTORS * ops.len();
        let Self { layer, inputs, outputs } = self;
        let inputs = inputs.map(|input| &input[..layer.inputs]);
        let groups = layer.weights.chunks_exact(layer.inputs * group).zip(layer.bias.chunks_exact(group));
        for (number, (weights, bias)) in groups.enumerate() {
            let mut sums = [ops.load_many::<VECTORS>(bias); MOMENTS];
            for (input, weights) in weights.chunks_exact(group).enumerate() {
                let weights = ops.load_many::<VECTORS>(weights);
                for moment in 0..MOMENTS {
                    let value = ops.splat(inputs[moment][input]);
                    for vector in 0..VECTORS {
                        sums[moment][vector] = ops.mul_add(weights[vector], value, sums[moment][vector]);
                    }
                }
            }
            for moment in 0..MOMENTS {
                let mut made = [0.0; GROUP_MAX];
                for vector in 0..VECTORS {
                    ops.store(sums[moment][vector], &mut made[vector * ops.len()..]);
                }
                let output = outputs[moment].iter_mut().skip(number * group);
                output.zip(&made[..group]).for_each(|(output, made)| *output = *made);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_of_any_number_are_weighted_sums() {
        let (inputs, outputs) = (7, 67);
        let weight = |input: usize, output: usize| (input * 31 + output * 7) as f32 % 11.0 - 5.0;
        let layer = Layer::new(inputs, outputs, weight, |output| output as f32);
        let moments = [[1.0, 2.0, 3.0, -1.0, 0.5, 0.0, 4.0], [0.25; 7]];
        let mut made = [[f32::NAN; 67]; 2];
        let [first, second] = &mut made;
        layer.apply::<2>([&moments[0], &moments[1]], [first, second]);
        for (moment, made) in moments.iter().zip(&made) {
            for (output, made) in made.iter().enumerate() {
                let sum: f32 = moment.iter().enumerate().map(|(input, value)| value * weight(input, output)).sum();
                assert!((made - sum - output as f32).abs() < 1e-3, "{output}: {made}");
            }
        }
    }
}
